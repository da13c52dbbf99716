// @ts-check
// An answer being written: its finished blocks stay as they are, its last one is made anew with each piece, and the
// caret stands at its end.

import { h } from "../lib/dom.js";
import { blocksOf, render } from "../lib/livemark.js";

const HALF_PAIR_AT_END = /[\uD800-\uDBFF]$/u;

export class GrowingText {
  /** @type {{text: string, el: HTMLElement}[]} */
  #blocks = [];
  #caret = h("span", { class: "caret", "aria-hidden": "true" });

  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    el.classList.remove("plain");
    el.replaceChildren();
  }

  /** @param {string} text */
  update(text) {
    // Half of a character waits for its other half.
    const blocks = blocksOf(text.replace(HALF_PAIR_AT_END, ""));
    blocks.forEach((block, at) => {
      const open = at === blocks.length - 1;
      const key = `${open}:${block.type}:${block.text}`;
      const shown = this.#blocks[at];
      if (shown?.text === key) return;
      const el = render(block, open);
      for (const link of el.querySelectorAll("a")) link.tabIndex = -1;
      if (shown) shown.el.replaceWith(el);
      else this.el.append(el);
      this.#blocks[at] = { text: key, el };
    });
    for (const gone of this.#blocks.splice(blocks.length)) gone.el.remove();
    tip(this.#blocks.at(-1)?.el ?? this.el).append(this.#caret);
  }
}

const BLOCKS = "pre, pre > code, ul, ol, li, p, blockquote";

/** Where the next word will stand: in the last item of the last list. @param {Element} el @returns {Element} */
function tip(el) {
  const last = el.lastElementChild;
  return last?.matches(BLOCKS) ? tip(last) : el;
}
