// @ts-check
// Finds the addresses in a text. Plain text, Markdown and link targets use this one rule.

/** @typedef {{start: number, end: number, href: string}} Address */

const BEGINS = /https?:\/\/|mailto:|www\./giu;
const WORD = /[A-Za-z0-9]/u;
const CLOSES = new Map([[")", "("], ["]", "["], ["}", "{"]]);
// Quotes and non-ASCII brackets, Chinese and Japanese punctuation, emoji, and invisible characters except the two joiners.
const NEVER_INSIDE = /[\s<>"`|\\^\p{Pi}\p{Pf}\u2060-\u206f\u3000-\u3004\u3008-\u3020\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\p{Emoji_Presentation}]|(?![\u200c\u200d])\p{C}|(?![()[\]{}])[\p{Ps}\p{Pe}]/u;
// Scripts without spaces, and Korean with its particles: their words may follow an address directly.
const NO_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc]/u;
// Punctuation at the end belongs to the sentence, in any script. A closing bracket is kept: its partner is inside the address.
const TRAILING = /[.,:;!?'*_~([{]|[^\x00-\x7f]/u;
const MARK = /[\p{P}\p{Cf}]/u;

/** @param {string} text @returns {Address[]} in order, without overlaps */
export function addressesIn(text) {
  /** @type {Address[]} */
  const found = [];
  BEGINS.lastIndex = 0;
  for (let match = BEGINS.exec(text); match; match = BEGINS.exec(text)) {
    const start = match.index;
    const before = text[start - 1] ?? "";
    const bare = match[0].toLowerCase() === "www.";
    if (WORD.test(before) || (bare && /[/.@-]/u.test(before))) continue;
    const stop = endOf(text, start + match[0].length);
    const end = withoutTrailing(text, start, stop);
    const href = hrefOf(text.slice(start, end));
    BEGINS.lastIndex = Math.max(stop, BEGINS.lastIndex);
    if (href) found.push({ start, end, href });
  }
  return found;
}

/** The target of a link; null if it is not a web page or a mail address. @param {string} address @returns {string | null} */
export function hrefOf(address) {
  if (!/^www\./iu.test(address)) return safeHref(address);
  return /^www\.[^./]+\.[^./]/iu.test(address) ? safeHref(`http://${address}`) : null;
}

/** @param {string} address @returns {string | null} as it was typed */
export function safeHref(address) {
  try {
    const url = new URL(address);
    if (url.protocol === "mailto:") return /^[^@]+@[^@]+$/u.test(url.pathname) ? address : null;
    return url.protocol === "http:" || url.protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

/** @param {string} text @param {number} from behind the scheme */
function endOf(text, from) {
  /** @type {Record<string, number>} */
  const open = { "(": 0, "[": 0, "{": 0 };
  let slashes = 0;
  let last = "";
  let at = from;
  while (at < text.length) {
    const char = String.fromCodePoint(/** @type {number} */ (text.codePointAt(at)));
    const opener = CLOSES.get(char);
    if (opener && open[opener]-- === 0) break;
    if (char in open) open[char]++;
    if ((char === "*" || char === "~") && text[at + 1] === char) break;
    if (char > "\x7f" || !WORD.test(char)) {
      if (NEVER_INSIDE.test(char)) break;
      if (NO_SPACES.test(char) && (WORD.test(last) || (last === "/" && slashes === 1))) break;
    }
    if (char === "/") slashes++;
    last = char;
    at += char.length;
  }
  return at;
}

/** @param {string} text @param {number} start @param {number} end */
function withoutTrailing(text, start, end) {
  while (end > start) {
    const low = text.charCodeAt(end - 1);
    const size = low >= 0xdc00 && low <= 0xdfff ? 2 : 1;
    const char = text.slice(end - size, end);
    if (!TRAILING.test(char) || (char > "\x7f" && !MARK.test(char))) break;
    end -= size;
  }
  return end;
}
