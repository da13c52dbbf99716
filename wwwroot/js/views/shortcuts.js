// @ts-check
// The list of keyboard shortcuts (`?`).

import { h } from "../lib/dom.js";
import { bindDialog } from "./dialog.js";

const mac = /Mac|iP(hone|ad)/u.test(navigator.platform);
const CONTROL = mac ? "⌘" : "Ctrl";

/** @type {[string[], string][]} */
const KEYS = [
  [["Enter"], "Send"],
  [["Shift", "Enter"], "Line break"],
  [["/"], "Ask the bot"],
  [["Shift", "Tab"], "Move from the composer to the messages"],
  [["↑", "↓"], "Move between messages"],
  [["Home", "End"], "First and last loaded message"],
  [[CONTROL, "C"], "Copy the focused message"],
  [[CONTROL, "K"], "Go to a date or message, or run a command"],
  [["Esc"], "Close, clear “New since”, or go to the composer"],
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
  return { update: bindDialog(dialog, store, "shortcuts") };
}
