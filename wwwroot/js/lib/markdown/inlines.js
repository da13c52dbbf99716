// @ts-check
// The inline rules for text, addresses, line breaks and links.

import { addressesIn, hrefOf } from "../addresses.js";
import { runBefore } from "./escapes.js";

const STOPS = /[\n*_~`[\]\\]/gu;

/** @param {any} state @param {boolean} silent */
export function text(state, silent) {
  const { src, pos, posMax } = state;
  STOPS.lastIndex = pos;
  const stop = Math.min(STOPS.exec(src)?.index ?? posMax, posMax, nextAddress(state)?.start ?? posMax);
  if (stop <= pos) return false;
  if (!silent) state.pending += src.slice(pos, stop);
  state.pos = stop;
  return true;
}

/** @param {any} state @param {boolean} silent */
export function address(state, silent) {
  const next = nextAddress(state);
  if (next?.start !== state.pos || next.end > state.posMax) return false;
  if (!silent) {
    const words = state.src.slice(next.start, next.end);
    // Links do not nest: inside a link's text an address is text.
    if (state.linkLevel) state.pending += words;
    else pushLink(state, next.href, "auto", () => Object.assign(state.push("text", "", 0), { content: words }));
  }
  state.pos = next.end;
  return true;
}

/** Every line feed is a line break. @param {any} state @param {boolean} silent */
export function newline(state, silent) {
  if (state.src[state.pos] !== "\n") return false;
  if (!silent) state.push("softbreak", "br", 0);
  state.pos++;
  return true;
}

/** `[text](address "title")`. Without a valid address there is no link. @param {any} state @param {boolean} silent */
export function link(state, silent) {
  const { src, pos, posMax, env, md } = state;
  if (src[pos] !== "[") return false;
  const labelEnd = md.helpers.parseLinkLabel(state, pos, true);
  if (labelEnd < 0) return false;
  const target = targetOf(src, labelEnd + 1, posMax, env.looking);
  if (!target) return false;
  if (!silent) {
    if (env.looking) for (const mark of [pos, labelEnd, target.open, target.close]) env.acting.add(runBefore(src, mark));
    state.pos = pos + 1;
    state.posMax = labelEnd;
    const empty = !src.slice(pos + 1, labelEnd).trim();
    pushLink(state, target.href, "", () => (empty ? Object.assign(state.push("text", "", 0), { content: target.address }) : md.inline.tokenize(state)));
    // As a tooltip the title would be hidden from most users.
    if (target.title) Object.assign(state.push("text", "", 0), { content: ` ${target.title}` });
  }
  state.pos = target.close + 1;
  state.posMax = posMax;
  return true;
}

/** @param {any} state @param {string} href @param {string} info @param {() => void} words */
function pushLink(state, href, info, words) {
  Object.assign(state.push("link_open", "a", 1), { attrs: [["href", href]], info });
  state.linkLevel++;
  words();
  state.linkLevel--;
  state.push("link_close", "a", -1);
}

const MOST_PARENTHESES = 32;
const SPACES = /[ \t\n]*/uy;
const TITLE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)/uy;

/** @param {string} src @param {number} from @param {number} max @param {boolean} looking */
function targetOf(src, from, max, looking) {
  const open = looking ? past(/\\*/uy, src, from) : from;
  if (src[open] !== "(" || open >= max) return null;
  const start = past(SPACES, src, open + 1);
  const end = src[start] === "<" ? past(/<[^<>\n]*>/uy, src, start) : endOfTarget(src, start, max, looking);
  const address = (src[start] === "<" ? src.slice(start + 1, end - 1) : src.slice(start, end)).replace(/\\(?=[()])/gu, "");
  const href = hrefOf(address);
  if (!href) return null;
  const behind = past(SPACES, src, end);
  const titleEnd = behind > end ? past(TITLE, src, behind) : behind;
  const closeAt = past(SPACES, src, titleEnd);
  const close = looking ? past(/\\*/uy, src, closeAt) : closeAt;
  return src[close] === ")" && close < max ? { href, address, open, close, title: src.slice(behind, titleEnd) } : null;
}

/** @param {string} src @param {number} from @param {number} max @param {boolean} looking */
function endOfTarget(src, from, max, looking) {
  let depth = 0;
  let at = from;
  for (; at < max; at++) {
    const char = src[at];
    if (char <= " " || (char === ")" && depth-- === 0) || (char === "(" && ++depth > MOST_PARENTHESES)) break;
    if (char !== "\\") continue;
    if (looking && /^\\*\)/u.test(src.slice(at, at + 3))) break;
    at++;
  }
  return Math.min(at, max);
}

/** @param {RegExp} pattern sticky @param {string} src @param {number} at */
function past(pattern, src, at) {
  pattern.lastIndex = at;
  return at + (pattern.exec(src)?.[0].length ?? 0);
}

/** The first address at or after the current position. @param {any} state @returns {import("../addresses.js").Address | undefined} */
function nextAddress(state) {
  const all = (state.addresses ??= addressesIn(state.src));
  let low = 0;
  for (let high = all.length; low < high;) {
    const middle = (low + high) >> 1;
    if (all[middle].start < state.pos) low = middle + 1;
    else high = middle;
  }
  return all[low];
}
