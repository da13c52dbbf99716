// @ts-check
// Speaks up when the line has been down for two seconds, says what happens to what is written, and lies over the
// timeline so that no line of text moves.

import { h, setText } from "../lib/dom.js";
import { alarm, say } from "./spoken.js";

const BLIP_MS = 2000;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const strong = h("strong", {});
  const rest = h("span", {});
  const retry = h("button", { type: "button", on: { click: () => store.link.connect() } }, "Try now");
  const banner = h("div", { id: "connection-banner", class: "banner", hidden: true },
    h("span", { class: "banner-text" }, strong, " ", rest), retry);
  el.append(banner);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function update() {
    const { phase, downSince, why } = store.link;
    const downFor = downSince === null ? 0 : Date.now() - downSince;
    const stopped = phase === "stopped";
    const visible = stopped || (downSince !== null && downFor >= BLIP_MS);
    clearTimeout(timer);
    if (!visible && downSince !== null) timer = setTimeout(update, BLIP_MS - downFor + 10);
    const before = banner.hidden ? "" : banner.dataset.kind;
    banner.hidden = !visible;
    if (!visible) {
      if (before) say("The line is back.");
      return;
    }
    const waiting = store.outbox.letters.filter((letter) => letter.state === "sending").length;
    setText(strong, stopped ? "Disconnected." : navigator.onLine ? "No line to the server." : "Offline.");
    setText(rest, stopped ? why || "The server closed the line." : promise(waiting));
    setText(retry, stopped ? "Reconnect" : "Try now");
    retry.disabled = phase === "connecting";
    banner.dataset.kind = stopped ? "stopped" : "down";
    if (banner.dataset.kind !== before) (stopped ? alarm : say)(`${strong.textContent} ${rest.textContent}`);
  }

  return { update };
}

/** @param {number} waiting */
function promise(waiting) {
  if (waiting === 0) return "What you write is kept and sent when it is back.";
  return waiting === 1 ? "1 message waits here and is sent when it is back." : `${waiting} messages wait here and are sent when it is back.`;
}
