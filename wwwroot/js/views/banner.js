// @ts-check
// Speaks up when the line has been down for two seconds, says what happens to what is written, and lies over the
// timeline so that no line of text moves.

import { h, setAttr, setText } from "../lib/dom.js";
import { alarm, say } from "./spoken.js";

const BLIP_MS = 2000;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const strong = h("strong", {});
  const rest = h("span", {});
  const retry = h("button", { type: "button", on: { click: tryNow } }, "Try now");
  const banner = h("div", { id: "connection-banner", class: "banner", hidden: true }, h("span", { class: "banner-text" }, strong, " ", rest), retry);
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
    const { phase, why } = store.link;
    const stopped = phase === "stopped";
    const before = banner.hidden ? "" : banner.dataset.kind;
    const waiting = store.outbox.letters.filter((letter) => letter.state === "sending").length;
    setText(strong, headline(store.link));
    setText(rest, stopped ? why || "The server closed the line." : promise(waiting));
    setText(retry, stopped ? "Reconnect" : phase === "connecting" ? "Trying…" : "Try now");
    // Not `disabled`: that would take the focus away from whoever pressed it.
    setAttr(retry, "aria-disabled", phase === "connecting" ? "true" : null);
    banner.dataset.kind = stopped ? "stopped" : "down";
    banner.hidden = false;
    if (banner.dataset.kind !== before) (stopped ? alarm : say)(`${strong.textContent} ${rest.textContent}`);
  }

  function leave() {
    const focused = banner.contains(document.activeElement);
    banner.hidden = true;
    say("The line is back.");
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
  return goawayMs === null ? "No line to the server." : "The server is restarting.";
}

/** @param {number} waiting */
function promise(waiting) {
  if (waiting === 0) return "What you write is kept and sent when it is back.";
  return waiting === 1 ? "1 message waits here and is sent when it is back." : `${waiting} messages wait here and are sent when it is back.`;
}
