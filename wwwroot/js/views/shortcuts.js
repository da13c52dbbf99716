// @ts-check
// `?`: what the keys do.

import { h } from "../lib/dom.js";
import { asPanel } from "./panel.js";

const mac = /Mac|iP(hone|ad)/u.test(navigator.platform);
const CONTROL = mac ? "⌘" : "Ctrl";

/** @type {[string[], string][]} */
const KEYS = [
  [["Enter"], "Send"],
  [["Shift", "Enter"], "Break the line"],
  [["/"], "Ask the bot"],
  [["Shift", "Tab"], "From the composer to the messages"],
  [["↑", "↓"], "From message to message"],
  [["Home", "End"], "First and last message in sight"],
  [[CONTROL, "C"], "Copy the chosen message"],
  [[CONTROL, "K"], "Go to a date, a message, a command"],
  [["Esc"], "Back: close, clear “New since”, to the composer"],
  [["?"], "This list"],
];

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const close = h("button", { class: "quiet", type: "button", on: { click: () => dialog.close() } }, "Close");
  const rows = KEYS.map(([keys, what]) => h("div", {},
    h("dt", {}, ...keys.map((key) => h("kbd", {}, key))), h("dd", {}, what)));
  const dialog = h("dialog", { class: "dialog shortcuts", id: "shortcuts", "aria-labelledby": "shortcuts-title" },
    h("h2", { id: "shortcuts-title" }, "Keyboard"), h("dl", {}, ...rows), close);
  el.append(dialog);
  return { update: asPanel(dialog, store, "shortcuts") };
}
