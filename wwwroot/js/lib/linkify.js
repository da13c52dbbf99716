// @ts-check
// Converts plain text to nodes: addresses become links.

import { addressesIn } from "./addresses.js";
import { realHost } from "./realhost.js";

/** @param {string} text @returns {DocumentFragment} */
export function linkify(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const { start, end, href } of addressesIn(text)) {
    out.append(text.slice(from, start), anchor(href, text.slice(start, end)));
    from = end;
  }
  out.append(text.slice(from));
  return out;
}

/** @param {string} href @param {string} [words] */
export function anchor(href, words = "") {
  const a = document.createElement("a");
  a.href = href;
  a.append(words);
  // The list is one tab stop (see roving.js): links are reached from their message.
  a.tabIndex = -1;
  const url = new URL(href);
  const host = words && realHost(words, url);
  if (host) a.append(hostNote(host));
  if (url.origin === location.origin && url.pathname === location.pathname && url.hash) return a;
  a.target = "_blank";
  a.rel = "noopener noreferrer nofollow";
  return a;
}

/** The real host of a link whose text looks like another address. @param {string} host */
export function hostNote(host) {
  const note = document.createElement("span");
  note.className = "host";
  note.dir = "ltr";
  note.append(` (${host})`);
  return note;
}
