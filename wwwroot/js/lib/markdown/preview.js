// @ts-check
// A message as one line of plain text, for notifications, quotes and screen readers.

import { mayHaveMarks, parse } from "./load.js";

/** @typedef {import("./types.js").Token} Token */

// A text with its marks is rarely longer than this multiple of its words.
const SOURCE_FOR_WORDS = 4;

/** @param {string} text @param {number} max UTF-16 units; cut at a grapheme boundary */
export function preview(text, max) {
  const source = text.slice(0, max * SOURCE_FOR_WORDS);
  const parsed = mayHaveMarks(source) ? parse(source) : null;
  const words = parsed ? wordsOf(parsed.tokens).join(" ") : source;
  return cut((words.trim() ? words : source).replace(/\s+/gu, " ").trim(), max, source.length < text.length);
}

/** @param {string} text @param {number} max @param {boolean} more whether the text continues */
function cut(text, max, more) {
  if (text.length <= max) return more ? `${text}…` : text;
  let end = 0;
  for (const { index, segment } of characters(text.slice(0, max + 1))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end || max).trimEnd()}…`;
}

/** @param {string} text @returns {Iterable<{index: number, segment: string}>} */
function characters(text) {
  if ("Segmenter" in Intl) return new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text);
  let at = 0;
  return [...text].map((segment) => ({ index: (at += segment.length) - segment.length, segment }));
}

/** @param {Token[]} tokens @returns {string[]} */
function wordsOf(tokens) {
  return tokens.flatMap((token) => {
    if (token.type === "inline") return (token.children ?? []).map((child) => (child.type === "softbreak" ? " " : child.content)).join("");
    return token.type === "fence" ? [token.content] : [];
  });
}
