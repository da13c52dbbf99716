// @ts-check
// A running answer. Finished blocks keep their elements, the last block is rendered again with each delta, and the
// caret is at its end. Only the last two blocks are parsed again, so a delta does not cost more in a longer answer.

import { h } from "../lib/dom.js";
import { linkify } from "../lib/linkify.js";
import { withoutLooseEnd } from "../lib/markdown/closed.js";
import { withLineFeeds } from "../lib/markdown/dialect.js";
import { parse } from "../lib/markdown/load.js";
import { blocksOf, render } from "../lib/markdown/nodes.js";
import { withControls } from "./code.js";

// The next delta may still join the last block to the one before it.
const OPEN_BLOCKS = 2;

export class StreamingText {
  /** The source of the finished blocks. */
  #final = "";
  #finals = 0;
  /** @type {{key: string, el: HTMLElement}[]} */
  #blocks = [];
  #caret = h("span", { class: "caret", "aria-hidden": "true" });

  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    el.replaceChildren();
  }

  /** @param {string} text */
  update(text) {
    const source = withoutLooseEnd(withLineFeeds(text));
    if (!source.startsWith(this.#final)) [this.#final, this.#finals] = ["", 0];
    const tail = parse(source.slice(this.#final.length), true);
    this.el.classList.toggle("plain", !tail);
    if (!tail) return this.el.replaceChildren(linkify(source), this.#caret);
    if (!this.#blocks.length) this.el.replaceChildren();
    const blocks = blocksOf(tail.tokens);
    blocks.forEach((block, at) => this.#show(this.#finals + at, block, tail.lines, at === blocks.length - 1));
    for (const gone of this.#blocks.splice(this.#finals + blocks.length)) gone.el.remove();
    if (blocks.length > OPEN_BLOCKS) {
      const line = blocks[blocks.length - OPEN_BLOCKS][0].map?.[0] ?? 0;
      this.#final += tail.lines.slice(0, line).map((one) => `${one}\n`).join("");
      this.#finals += blocks.length - OPEN_BLOCKS;
    }
    caretParent(this.#blocks.at(-1)?.el ?? this.el).append(this.#caret);
  }

  /** @param {number} at @param {import("../lib/markdown/types.js").Token[]} block @param {string[]} lines @param {boolean} open */
  #show(at, block, lines, open) {
    const [from, to] = block[0].map ?? [0, 0];
    const key = `${open}:${block[0].type}:${lines.slice(from, to).join("\n").trimEnd()}`;
    const shown = this.#blocks[at];
    if (shown?.key === key) return;
    const el = withControls(render(block, lines, open));
    if (shown) shown.el.replaceWith(el);
    else this.el.append(el);
    this.#blocks[at] = { key, el };
  }
}

const BLOCKS = "pre, pre > code, ul, ol, li, p, blockquote, table, tbody, tr, td";

/** The innermost element at the end of the text, such as the last list item. @param {Element} el @returns {Element} */
function caretParent(el) {
  const last = el.lastElementChild;
  return last?.matches(BLOCKS) ? caretParent(last) : el;
}
