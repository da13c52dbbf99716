// @ts-check
// After `/`: the commands there are. Enter or Tab takes one, Esc leaves the text as it is.

import { isComposing } from "../lib/composing.js";
import { h } from "../lib/dom.js";

const COMMANDS = [{ word: "/AIBot", says: "Ask the bot; everybody here reads the answer" }];

/**
 * @param {HTMLTextAreaElement} input @param {(text: string) => void} take
 * @returns {{el: HTMLElement, look(): void, key(event: KeyboardEvent): boolean}} `key` tells whether the key was used up
 */
export function completion(input, take) {
  const el = h("ul", { class: "complete", id: "complete", role: "listbox", "aria-label": "Commands", hidden: true });
  input.setAttribute("aria-controls", "complete");
  input.addEventListener("blur", () => (el.hidden = true));
  input.addEventListener("focus", look);
  input.setAttribute("aria-autocomplete", "list");
  /** @type {typeof COMMANDS} */
  let offered = [];
  let refused = "";

  function look() {
    const text = input.value;
    if (!text.startsWith("/")) refused = "";
    const typing = /^\/\S*$/u.test(text) && text !== refused;
    offered = typing ? COMMANDS.filter(({ word }) => word.toLowerCase().startsWith(text.toLowerCase())) : [];
    el.hidden = !offered.length;
    if (!offered.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    el.replaceChildren(...offered.map(({ word, says }, at) => h("li", {
      role: "option", id: `complete-${at}`, "aria-selected": String(at === 0),
      on: { pointerdown: (/** @type {Event} */ event) => event.preventDefault(), click: () => accept(word) },
    }, h("span", { class: "command" }, word), h("span", { class: "hint" }, says))));
    input.setAttribute("aria-activedescendant", "complete-0");
  }

  /** @param {string} word */
  function accept(word) {
    take(`${word} `);
    look();
    input.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (!offered.length || isComposing(event)) return false;
    if (event.key === "Escape") refused = input.value;
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && !event.shiftKey)) accept(offered[0].word);
    else return false;
    event.preventDefault();
    look();
    return true;
  }

  return { el, look, key };
}
