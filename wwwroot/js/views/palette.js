// @ts-check
// The command palette (Ctrl+K): goes to a day or a message, or runs a command.

import { isComposing } from "../lib/composing.js";
import { h, icon } from "../lib/dom.js";
import { commandsFor } from "./commands.js";
import { bindDialog } from "./dialog.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const input = h("input", {
    class: "palette-input", type: "text", role: "combobox", "aria-label": "Go to a message, or run a command", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    placeholder: "A date, a message number, a command", on: { input: () => showMatches(0), keydown },
  });
  const list = h("ul", { id: "palette-list", class: "palette-list", role: "listbox", "aria-label": "Commands" });
  const none = h("p", { class: "palette-none", role: "status" });
  const dialog = h("dialog", { class: "dialog palette", id: "palette", "aria-label": "Go to" },
    h("div", { class: "palette-field" }, icon("search"), input), list, none);
  el.append(dialog);
  /** @type {import("./commands.js").Command[]} */
  let commands = [];
  let selected = 0;

  /** @param {number} index */
  function showMatches(index) {
    commands = commandsFor(store, input.value);
    list.replaceChildren(...commands.map((command, at) => h("li", {
      role: "option", id: `palette-${at}`, on: { click: () => run(at), pointermove: () => at !== selected && select(at) },
    }, h("span", {}, command.label), command.hint ? h("span", { class: "hint" }, command.hint) : null)));
    none.textContent = commands.length ? "" : "No matches. Try “yesterday”, “2026-11-20” or a message number.";
    select(index);
  }

  /** @param {number} index */
  function select(index) {
    selected = commands.length ? (index + commands.length) % commands.length : 0;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === selected)));
    if (commands.length) input.setAttribute("aria-activedescendant", `palette-${selected}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[selected]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (isComposing(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) select(selected + step);
    else if (event.key === "Enter") run(selected);
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  function run(index) {
    const command = commands[index];
    if (!command) return;
    store.open(null);
    command.run();
  }

  return {
    update: bindDialog(dialog, store, "palette", () => {
      input.value = "";
      showMatches(0);
    }),
  };
}
