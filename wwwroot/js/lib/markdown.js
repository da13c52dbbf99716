// @ts-check
// Renders Markdown in the page: an answer while it is being written, and an own message until the server has rendered
// it. The result is close to the server's, so that the layout does not jump. Only the last block of a growing text can
// change, so only it is rendered again.

import { anchor, linkify, safeHref } from "./linkify.js";

/** @typedef {{type: "text" | "code" | "heading" | "list" | "quote", text: string}} Block */

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/u;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/u;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/u;
const QUOTE = /^ {0,3}> ?(.*)$/u;
// A last line that may become a block marker with the next character is not shown yet.
const PARTIAL_MARKER = /^\s*(?:#{1,6}|[-*+>]|\d{1,9}[.)]|`{1,2}|~{1,2})$/u;
const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s](?:[^*\n]*[^*\s])?)\*|\[([^\]\n]+)\]\(([^)\s]+)\)/gu;

/** Whether the text contains any Markdown that is rendered here. @param {string} text */
export const hasMarkdown = (text) => text.search(INLINE) >= 0
  || text.split("\n").some((line) => [FENCE, HEADING, ITEM, QUOTE].some((marker) => marker.test(line)));

/** @param {string} text @returns {Block[]} an unclosed fence is a code block */
export function blocksOf(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  /** @type {Block["type"]} */
  let type = "text";
  let fence = "";
  /** @param {Block["type"]} next */
  const begin = (next) => {
    if (lines.length) blocks.push({ type, text: lines.join("\n") });
    lines = [];
    type = next;
  };
  const all = text.split("\n");
  if (PARTIAL_MARKER.test(all[all.length - 1])) all.pop();
  for (const line of all) {
    const [, marker = "", info = ""] = FENCE.exec(line) ?? [];
    if (fence) {
      if (!marker.startsWith(fence) || info.trim()) lines.push(line);
      else {
        if (!lines.length) lines.push("");
        begin("text");
        fence = "";
      }
    } else if (marker) {
      begin("code");
      fence = marker;
    } else if (!line.trim()) begin("text");
    else {
      const kind = HEADING.test(line) ? "heading" : ITEM.test(line) ? "list" : QUOTE.test(line) ? "quote" : "text";
      // A plain line continues the list or quote above it.
      if (kind === "heading" || type === "heading" || (kind !== type && kind !== "text") || !lines.length) begin(kind);
      lines.push(line);
    }
  }
  if (fence && !lines.length) lines.push("");
  begin("text");
  return blocks;
}

/** @param {Block} block @param {boolean} open whether the block may still grow @returns {HTMLElement} */
export function renderBlock({ type, text }, open) {
  if (type === "code") return element("div", element("pre", element("code", text)), "code");
  const body = open ? closeMarks(text) : text;
  const [, marker, words] = (type === "heading" && HEADING.exec(body)) || [];
  if (marker) return element(`h${marker.length}`, inline(words));
  if (type === "list") return list(body.split("\n"));
  if (type === "quote") return element("blockquote", element("p", inline(body.replace(/^ {0,3}> ?/gmu, ""))));
  return element("p", inline(body));
}

/** Nests items by their indentation; a line without a marker belongs to the item above. @param {string[]} lines */
function list(lines) {
  /** @type {{indent: number, el: HTMLElement}[]} */
  const open = [];
  const root = document.createElement("div");
  for (const line of lines) {
    const [, space = "", number, words = ""] = ITEM.exec(line) ?? [];
    const item = open.at(-1)?.el.lastElementChild;
    if (!ITEM.test(line)) {
      item?.append(document.createElement("br"), inline(line.trim()));
      continue;
    }
    while (open.length > 1 && space.length < /** @type {any} */ (open.at(-1)).indent) open.pop();
    if (!open.length || space.length > /** @type {any} */ (open.at(-1)).indent + 1) {
      const el = document.createElement(number ? "ol" : "ul");
      if (Number(number) > 1) el.setAttribute("start", number);
      (item ?? root).append(el);
      open.push({ indent: space.length, el });
    }
    open.at(-1)?.el.append(element("li", inline(words)));
  }
  return /** @type {HTMLElement} */ (root.firstElementChild);
}

/** Closes marks whose end has not arrived yet, so that their characters are not visible for a moment. @param {string} text */
function closeMarks(text) {
  const body = text.replace(/\[([^\]\n]+)\]\([^)\s]*$/u, "$1").replace(/[*`]+$/u, "");
  if (odd(body, "`")) return `${body}\``;
  const outside = body.replace(/`[^`]*`/gu, "");
  if (odd(outside, "**")) return `${body}**`;
  const single = outside.replaceAll("**", "");
  return odd(single, "*") && /\*[^*\s][^*]*$/u.test(single) ? `${body}*` : body;
}

/** @param {string} text @param {string} sign */
const odd = (text, sign) => text.split(sign).length % 2 === 0;

/** @param {string} text */
function inline(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, em, label, address] = match;
    const href = address ? safeHref(address) : null;
    if (address && !href) continue;
    const el = href ? anchor(href, label) : element(code ? "code" : strong ? "strong" : "em", code ?? strong ?? em);
    out.append(...plain(text.slice(from, match.index)), el);
    from = match.index + whole.length;
  }
  out.append(...plain(text.slice(from)));
  return out;
}

/** Line breaks stay line breaks, as in the server's rendering. @param {string} text */
const plain = (text) => text.split("\n").flatMap((line, at) => (at ? [document.createElement("br"), linkify(line)] : [linkify(line)]));

/** @param {string} name @param {Node | string} content @param {string} [className] */
function element(name, content, className = "") {
  const el = document.createElement(name);
  if (className) el.className = className;
  el.append(content);
  return el;
}
