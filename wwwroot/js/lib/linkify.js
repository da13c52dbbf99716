// @ts-check
// Converts plain text to nodes: http(s) addresses become links.

const ADDRESS = /https?:\/\/[^\s<>"'`]+/giu;
const TRAILING = /[.,:;!?…。、，！？'"»”’*_~]+$/u;

/** @param {string} text @returns {DocumentFragment} */
export function linkify(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    out.append(text.slice(from, match.index), anchor(href, address));
    from = match.index + address.length;
  }
  out.append(text.slice(from));
  return out;
}

/** The normalized address if its scheme is allowed in a link. @param {string} address @returns {string | null} */
export function safeHref(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** @param {string} href @param {string} [text] */
export function anchor(href, text = "") {
  const a = document.createElement("a");
  a.href = href;
  a.append(text);
  const url = new URL(href);
  if (url.origin === location.origin && url.pathname === location.pathname && url.hash) return a;
  a.target = "_blank";
  a.rel = "noopener noreferrer nofollow";
  return a;
}

/** Removes trailing punctuation and unpaired closing brackets: they belong to the sentence. @param {string} address */
function trimEnd(address) {
  for (;;) {
    const shorter = address.replace(TRAILING, "");
    const last = shorter.at(-1);
    const opener = last === ")" ? "(" : last === "]" ? "[" : last === "}" ? "{" : null;
    if (!opener || shorter.split(opener).length >= shorter.split(/** @type {string} */ (last)).length) {
      if (shorter === address) return address;
      address = shorter;
    } else address = shorter.slice(0, -1);
  }
}
