// @ts-check
// Converts tokens to DOM nodes. Only the elements listed below are created; nothing here can turn text into HTML.

import { anchor, hostNote } from "../linkify.js";
import { code, codeBlock, made } from "./code.js";
import { realHost } from "../realhost.js";

/** @typedef {import("./types.js").Token} Token */

const KEPT = new Set("p h1 h2 h3 h4 h5 h6 blockquote ul ol li table thead tbody tr th td em strong".split(" "));
// Lines inside these elements have their own direction, see message.css.
const WITH_DIRECTION = new Set("p h1 h2 h3 h4 h5 h6 blockquote ul ol table".split(" "));
const EMPHASIS = new Set(["em", "strong", "s"]);
// Thousands of stars would nest thousands of elements, which overflows stacks in the browser. Deeper emphasis stays text.
const MOST_OPEN = 40;

/** Groups the tokens by top-level block. @param {Token[]} tokens @returns {Token[][]} */
export function blocksOf(tokens) {
  /** @type {Token[][]} */
  const blocks = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0 && token.nesting >= 0) blocks.push([]);
    blocks[blocks.length - 1].push(token);
    depth += token.nesting;
  }
  return blocks;
}

/** A mark without content, such as `-` or an empty fence. @param {Token[]} block */
export const isLoneMark = (block) => block.every((token) => token.type !== "inline" && token.type !== "hr" && !(token.type === "fence" && token.content.trim()));

/** Only text and addresses, which look the same without Markdown. @param {Token[]} block */
export const isPlain = (block) => isLoneMark(block) || (block[0].type === "paragraph_open"
  && (block[1].children ?? []).every(({ type, info }) => type === "text" || type === "softbreak" || type === "link_close" || (type === "link_open" && info === "auto")));

/** @param {Token[]} block @param {string[]} lines of the source @param {boolean} [open] whether more of it may come @returns {HTMLElement} */
export function render(block, lines, open = false) {
  const root = document.createElement("div");
  if (isLoneMark(block) && !(open && block[0].type === "fence")) {
    const [from, to] = block[0].map ?? [0, 0];
    root.append(made("p", lines.slice(from, to).join("\n").trimEnd()));
  } else new Build(root).all(block);
  return /** @type {HTMLElement} */ (root.firstElementChild);
}

class Build {
  /** @type {HTMLElement[]} */
  #open;
  #words = "";
  /** The number of the next item, for each open list. @type {number[]} */
  #numbers = [];

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#open = [root];
  }

  /** @param {Token[]} tokens */
  all(tokens) {
    for (const token of tokens) this.#add(token);
    this.#flush();
  }

  get #here() { return this.#open[this.#open.length - 1]; }

  /** @param {Token} token */
  #add(token) {
    if (token.type === "inline") return this.all(token.children ?? []);
    if (token.type === "text") return void (this.#words += token.content);
    if (token.type === "softbreak") return void (this.#words += "\n");
    this.#flush();
    // The items of a tight list have no paragraphs.
    if (token.hidden) return;
    if (token.type === "code_inline") this.#here.append(code(token.content));
    else if (token.type === "fence") this.#here.append(codeBlock(token));
    else if (token.type === "hr") this.#here.append(made("hr"));
    else if (token.nesting > 0) this.#enter(token);
    else if (token.nesting < 0) this.#leave(token);
    else this.#words += token.content;
  }

  /** @param {Token} token */
  #enter(token) {
    if (this.#open.length > MOST_OPEN && EMPHASIS.has(token.tag)) {
      this.#open.push(this.#here);
      this.#words += token.markup;
      return;
    }
    const el = this.#make(token);
    this.#here.append(el);
    this.#open.push(el);
  }

  /** @param {Token} token */
  #make(token) {
    if (token.tag === "a") return anchor(attribute(token, "href"));
    if (token.tag === "s") return made("del");
    if (!KEPT.has(token.tag)) return made("span");
    const el = made(token.tag);
    if (WITH_DIRECTION.has(token.tag) && (this.#open.length === 1 || /^[uo]l$/u.test(token.tag))) el.dir = "auto";
    if (token.tag === "ol" || token.tag === "ul") this.#numbers.push(Number(attribute(token, "start") || 1));
    if (token.tag === "ol") el.setAttribute("start", String(this.#numbers.at(-1)));
    if (token.tag === "li" && token.info) this.#number(el, token);
    const align = /text-align:(\w+)/u.exec(attribute(token, "style"))?.[1];
    if (align) el.className = align;
    return el;
  }

  /** Shows the number as typed, including `1)` and `007.`. @param {HTMLElement} el @param {Token} token */
  #number(el, { info, markup }) {
    const number = Number(info);
    if (number !== this.#numbers.at(-1)) el.setAttribute("value", info);
    this.#numbers[this.#numbers.length - 1] = number + 1;
    if (markup !== "." || String(number) !== info) el.style.setProperty("list-style-type", `"${info}${markup} "`);
  }

  /** @param {Token} token */
  #leave(token) {
    const el = /** @type {HTMLElement} */ (this.#open.pop());
    if (el === this.#here) this.#words += token.markup;
    if (token.tag === "ol" || token.tag === "ul") this.#numbers.pop();
    const host = token.tag === "a" && realHost(el.textContent ?? "", new URL(/** @type {HTMLAnchorElement} */ (el).href));
    if (host) el.append(hostNote(host));
  }

  #flush() {
    if (this.#words) this.#here.append(this.#words);
    this.#words = "";
  }
}

/** @param {Token} token @param {string} name */
const attribute = (token, name) => String(token.attrs?.find(([key]) => key === name)?.[1] ?? "");
