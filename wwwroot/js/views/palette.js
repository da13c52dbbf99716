// @ts-check
// Ctrl+K: one field that goes to a day, to a message, or does what there is to do here.

import { isComposing } from "../lib/composing.js";
import { h, icon } from "../lib/dom.js";
import { commandsFor } from "./commands.js";
import { asPanel } from "./panel.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const input = h("input", {
    class: "palette-input", type: "text", role: "combobox", "aria-label": "Go to, or do", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    placeholder: "A date, a message number, a command", on: { input: () => offer(0), keydown },
  });
  const list = h("ul", { id: "palette-list", class: "palette-list", role: "listbox", "aria-label": "What there is" });
  const none = h("p", { class: "palette-none", role: "status" });
  const dialog = h("dialog", { class: "dialog palette", id: "palette", "aria-label": "Go to" },
    h("div", { class: "palette-field" }, icon("search"), input), list, none);
  el.append(dialog);
  /** @type {import("./commands.js").Command[]} */
  let commands = [];
  let chosen = 0;

  /** @param {number} index */
  function offer(index) {
    commands = commandsFor(store, input.value);
    list.replaceChildren(...commands.map((command, at) => h("li", {
      role: "option", id: `palette-${at}`, on: { click: () => run(at), pointermove: () => at !== chosen && choose(at) },
    }, h("span", {}, command.label), command.hint ? h("span", { class: "hint" }, command.hint) : null)));
    none.textContent = commands.length ? "" : "Nothing like that. Try “yesterday”, “2026-11-20” or a message’s number.";
    choose(index);
  }

  /** @param {number} index */
  function choose(index) {
    chosen = commands.length ? (index + commands.length) % commands.length : 0;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (commands.length) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (isComposing(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) choose(chosen + step);
    else if (event.key === "Enter") run(chosen);
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
    update: asPanel(dialog, store, "palette", () => {
      input.value = "";
      offer(0);
    }),
  };
}
