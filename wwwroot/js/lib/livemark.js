// @ts-check
// The look of an answer while it is being written, and of an own message until the server's rendering of it is here:
// paragraphs, fenced code and the three inline marks. Only a likeness, of the same height where it can be. Blocks before the last one are final,
// so that a growing text costs its open tail only.

import { linkify } from "./linkify.js";

/** @typedef {{type: "text" | "code", text: string}} Block */

const FENCE = /^ {0,3}(?:```|~~~)/u;
const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s](?:[^*\n]*[^*\s])?)\*/gu;

/** Whether a likeness differs from the text itself. @param {string} text */
export const hasMarks = (text) => text.split("\n").some((line) => FENCE.test(line)) || text.search(INLINE) >= 0;

/** @param {string} text @returns {Block[]} an unclosed fence is a code block so far */
export function blocksOf(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  let code = false;
  const close = () => {
    const joined = lines.join("\n");
    if (code || joined.trim()) blocks.push({ type: code ? "code" : "text", text: joined });
    lines = [];
  };
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) {
      close();
      code = !code;
    } else if (!code && !line.trim()) close();
    else lines.push(line);
  }
  // The beginning of a closing fence is not code.
  if (code && /^ {0,3}[`~]{1,2}$/u.test(lines.at(-1) ?? "")) lines.pop();
  if (code || lines.length) close();
  return blocks;
}

/** @param {Block} block @param {boolean} open whether more of it may come @returns {HTMLElement} */
export function render(block, open) {
  if (block.type === "code") {
    const pre = document.createElement("pre");
    pre.appendChild(document.createElement("code")).textContent = block.text;
    const box = document.createElement("div");
    box.className = "code";
    box.append(pre);
    return box;
  }
  const paragraph = document.createElement("p");
  paragraph.className = "lines";
  paragraph.append(inline(open ? closed(block.text) : block.text));
  return paragraph;
}

/** A mark whose end has not come yet counts as ended here: no signs flash up and vanish. @param {string} text */
function closed(text) {
  const body = text.replace(/[*`]+$/u, "");
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
    const [whole, code, strong, em] = match;
    const el = document.createElement(code ? "code" : strong ? "strong" : "em");
    el.textContent = code ?? strong ?? em;
    out.append(linkify(text.slice(from, match.index)), el);
    from = match.index + whole.length;
  }
  out.append(linkify(text.slice(from)));
  return out;
}
