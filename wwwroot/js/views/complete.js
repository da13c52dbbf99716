// @ts-check
// Completes commands after `/`. Enter or Tab accepts the first one, Esc closes the list and leaves the text.

import { isComposing } from "../lib/composing.js";
import { h } from "../lib/dom.js";

const COMMANDS = [{ word: "/AIBot", hint: "Ask the bot; everyone in the room sees the answer" }];

/**
 * @param {HTMLTextAreaElement} input @param {(text: string) => void} onAccept
 * @returns {{el: HTMLElement, update(): void, key(event: KeyboardEvent): boolean}} `key` returns whether it handled the key
 */
export function completion(input, onAccept) {
  const el = h("ul", { class: "complete", id: "complete", role: "listbox", "aria-label": "Commands", hidden: true });
  input.setAttribute("aria-controls", "complete");
  input.addEventListener("blur", () => (el.hidden = true));
  input.addEventListener("focus", update);
  input.setAttribute("aria-autocomplete", "list");
  /** @type {typeof COMMANDS} */
  let offered = [];
  let dismissed = "";

  function update() {
    const text = input.value;
    if (!text.startsWith("/")) dismissed = "";
    const typing = /^\/\S*$/u.test(text) && text !== dismissed;
    offered = typing ? COMMANDS.filter(({ word }) => word.toLowerCase().startsWith(text.toLowerCase())) : [];
    el.hidden = !offered.length;
    if (!offered.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    el.replaceChildren(...offered.map(({ word, hint }, at) => h("li", {
      role: "option", id: `complete-${at}`, "aria-selected": String(at === 0),
      on: { pointerdown: (/** @type {Event} */ event) => event.preventDefault(), click: () => accept(word) },
    }, h("span", { class: "command" }, word), h("span", { class: "hint" }, hint))));
    input.setAttribute("aria-activedescendant", "complete-0");
  }

  /** @param {string} word */
  function accept(word) {
    onAccept(`${word} `);
    update();
    input.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (!offered.length || isComposing(event)) return false;
    if (event.key === "Escape") dismissed = input.value;
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey)) accept(offered[0].word);
    else return false;
    event.preventDefault();
    update();
    return true;
  }

  return { el, update, key };
}
