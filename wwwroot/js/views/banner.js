// @ts-check
// Shown when the connection has been down for two seconds; says what happens to messages written now. It overlays the
// timeline, so that no text moves.

import { h, setAttr, setText } from "../lib/dom.js";
import { alertUser, announce } from "./announcer.js";

const BLIP_MS = 2000;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const strong = h("strong", {});
  const rest = h("span", {});
  const retry = h("button", { type: "button", on: { click: tryNow } }, "Try now");
  const text = h("span", { class: "banner-text" }, strong, " ", rest);
  const banner = h("div", { id: "connection-banner", class: "banner", hidden: true }, text, retry);
  el.append(banner);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function update() {
    const { phase, downSince } = store.link;
    const downFor = downSince === null ? 0 : Date.now() - downSince;
    const visible = phase === "stopped" || (downSince !== null && downFor >= BLIP_MS);
    clearTimeout(timer);
    if (!visible && downSince !== null) timer = setTimeout(update, BLIP_MS - downFor + 10);
    if (visible) show();
    else if (!banner.hidden) leave();
  }

  function show() {
    const { phase, reason } = store.link;
    const stopped = phase === "stopped";
    const before = banner.hidden ? "" : banner.dataset.kind;
    const waiting = store.outbox.entries.filter((entry) => entry.state === "sending").length;
    setText(strong, headline(store.link));
    setText(rest, stopped ? reason || "The server closed the connection." : waitingText(waiting));
    setText(retry, stopped ? "Reconnect" : phase === "connecting" ? "Trying…" : "Try now");
    // Not `disabled`: a disabled button loses the focus.
    setAttr(retry, "aria-disabled", phase === "connecting" ? "true" : null);
    banner.dataset.kind = stopped ? "stopped" : "down";
    banner.hidden = false;
    if (banner.dataset.kind !== before) (stopped ? alertUser : announce)(`${strong.textContent} ${rest.textContent}`);
  }

  function leave() {
    const focused = banner.contains(document.activeElement);
    banner.hidden = true;
    announce("Connected again.");
    if (focused) /** @type {HTMLElement | null} */ (document.querySelector("#composer-input"))?.focus({ preventScroll: true });
  }

  function tryNow() {
    if (store.link.phase !== "connecting") store.link.connect();
  }

  return { update };
}

/** @param {import("../net/link.js").Link} link */
function headline({ phase, goawayMs }) {
  if (phase === "stopped") return "Disconnected.";
  if (!navigator.onLine) return "Offline.";
  return goawayMs === null ? "No connection to the server." : "The server is restarting.";
}

/** @param {number} waiting */
function waitingText(waiting) {
  if (waiting === 0) return "Messages you write now are kept and sent after reconnecting.";
  return `${waiting === 1 ? "1 message is" : `${waiting} messages are`} waiting and will be sent after reconnecting.`;
}
