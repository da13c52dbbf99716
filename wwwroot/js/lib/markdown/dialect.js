// @ts-check
// Our Markdown dialect: markdown-it without the rules that hide text. No typed character becomes invisible, except marks
// that visibly do something. Our own rules are in the modules beside this one.

import { heading, keepBlocks } from "./blocks.js";
import { closed } from "./closed.js";
import { backslash, backticks, foundActing } from "./escapes.js";
import { flanking } from "./flanking.js";
import { address, link, newline, text } from "./inlines.js";

/** @typedef {import("./types.js").Token} Token */

// A bracket nested deeper opens no link: the search for its end costs time at each level.
const MOST_BRACKETS = 32;

/** @param {any} MarkdownIt @returns {(text: string, open?: boolean) => {tokens: Token[], lines: string[], escaped: boolean}} */
export function dialect(MarkdownIt) {
  const md = new MarkdownIt("zero", { maxNesting: MOST_BRACKETS });
  keepBlocks(md);
  md.block.ruler.at("heading", heading, { alt: ["paragraph", "reference", "blockquote"] });
  md.block.ruler.enableOnly(["table", "fence", "blockquote", "hr", "list", "heading", "paragraph"]);

  md.inline.State = flanking(md.inline.State);
  md.inline.ruler.enableOnly(["backticks"]);
  const [original] = md.inline.ruler.getRules("");
  md.inline.ruler.at("backticks", backticks(original));
  md.inline.ruler.at("text", text);
  md.inline.ruler.at("linkify", address);
  md.inline.ruler.at("newline", newline);
  md.inline.ruler.at("escape", backslash);
  md.inline.ruler.at("link", link);
  md.inline.ruler.enableOnly(["text", "linkify", "newline", "escape", "backticks", "strikethrough", "emphasis", "link"]);
  md.inline.ruler2.before("fragments_join", "found_acting", foundActing);
  md.inline.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis", "found_acting", "fragments_join"]);

  md.core.ruler.at("inline", inlines);
  md.core.ruler.enableOnly(["block", "inline"]);

  return (source, open = false) => {
    const src = withLineFeeds(source);
    const env = { open, escaped: false };
    const tokens = md.parse(src, env);
    return { tokens, lines: src.split("\n"), escaped: env.escaped };
  };
}

/** Replaces every kind of line separator by a line feed. @param {string} text */
export const withLineFeeds = (text) => text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/gu, "\n");

/** @param {any} state */
function inlines({ tokens, env, md }) {
  const last = tokens.findLast((/** @type {Token} */ token) => token.type === "inline");
  tokens.forEach((/** @type {Token} */ token, /** @type {number} */ at) => {
    if (token.type !== "inline") return;
    if (env.open && token === last) token.content = closed(token.content);
    const own = { paragraph: tokens[at - 1].type === "paragraph_open", acting: new Set(), looking: false, escaped: false };
    if (token.content.includes("\\")) {
      own.looking = true;
      md.inline.parse(token.content, md, own, []);
      own.looking = false;
    }
    md.inline.parse(token.content, md, own, token.children);
    env.escaped ||= own.escaped;
  });
}
