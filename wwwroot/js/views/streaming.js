// @ts-check
// A running answer. Finished blocks keep their elements, the last block is rendered again with each delta, and the
// caret is at its end.

import { h } from "../lib/dom.js";
import { blocksOf, renderBlock } from "../lib/markdown.js";

const HALF_PAIR_AT_END = /[\uD800-\uDBFF]$/u;

export class StreamingText {
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
    // Half of a surrogate pair is not shown until the other half arrives.
    const blocks = blocksOf(text.replace(HALF_PAIR_AT_END, ""));
    blocks.forEach((block, at) => {
      const open = at === blocks.length - 1;
      const key = `${open}:${block.type}:${block.text}`;
      const shown = this.#blocks[at];
      if (shown?.text === key) return;
      const el = renderBlock(block, open);
      for (const link of el.querySelectorAll("a")) link.tabIndex = -1;
      if (shown) shown.el.replaceWith(el);
      else this.el.append(el);
      this.#blocks[at] = { text: key, el };
    });
    for (const gone of this.#blocks.splice(blocks.length)) gone.el.remove();
    caretParent(this.#blocks.at(-1)?.el ?? this.el).append(this.#caret);
  }
}

const BLOCKS = "pre, pre > code, ul, ol, li, p, blockquote";

/** The innermost element at the end of the text, such as the last list item. @param {Element} el @returns {Element} */
function caretParent(el) {
  const last = el.lastElementChild;
  return last?.matches(BLOCKS) ? caretParent(last) : el;
}
