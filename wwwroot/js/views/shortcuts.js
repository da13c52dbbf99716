// @ts-check
// `?`: what the keys do.

import { h } from "../lib/dom.js";

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
  const dialog = h("dialog", { class: "dialog shortcuts", id: "shortcuts", "aria-labelledby": "shortcuts-title", on: { close: closed } },
    h("h2", { id: "shortcuts-title" }, "Keyboard"), h("dl", {}, ...rows), close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  el.append(dialog);

  /** Told a task later: by then another dialog may be open, or this one again. */
  function closed() {
    if (store.panel === "shortcuts" && !dialog.open) store.open(null);
  }

  return {
    update() {
      const wanted = store.panel === "shortcuts";
      if (wanted === dialog.open) return;
      if (wanted) dialog.showModal();
      else dialog.close();
    },
  };
}
