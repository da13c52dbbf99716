// @ts-check
// Decides which runs of `*`, `_` and `~` may open or close emphasis. This is CommonMark's rule with two changes: scripts
// without spaces need none around a run, and a run between two digits is a multiplication.

const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u3001-\u303f\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]/u;
const SPACE = /[\s\p{Zs}]/u;
const DIGIT = /\p{Nd}/u;
const PUNCTUATION = /\p{P}/u;
const SYMBOL = /[\p{P}\p{S}]/u;
const SELECTOR = /[\ufe00-\ufe0f]/u;

/** @param {any} State */
export const flanking = (State) => class extends State {
  /** @param {number} start @param {boolean} canSplitWord */
  scanDelims(start, canSplitWord) {
    const { src, posMax } = this;
    let end = start;
    while (end < posMax && src[end] === src[start]) end++;
    const before = charBefore(src, start, this.env.looking);
    const after = end < posMax ? String.fromCodePoint(src.codePointAt(end)) : " ";
    const length = end - start;
    if (DIGIT.test(before) && DIGIT.test(after)) return { can_open: false, can_close: false, length };
    if (SPACE.test(before) || SPACE.test(after)) return { can_open: !SPACE.test(after), can_close: !SPACE.test(before), length };
    // `_` is common inside names and in faces such as ¯\_(ツ)_/¯, so it needs punctuation beside it.
    if (!canSplitWord) return { can_open: PUNCTUATION.test(before), can_close: PUNCTUATION.test(after), length };
    const beside = CJK.test(before) || CJK.test(after);
    return { can_open: beside || SYMBOL.test(before) || !SYMBOL.test(after), can_close: beside || SYMBOL.test(after) || !SYMBOL.test(before), length };
  }
};

/** @param {string} src @param {number} at @param {boolean} looking whether to skip backslashes */
function charBefore(src, at, looking) {
  while (at > 0 && (SELECTOR.test(src[at - 1]) || (looking && src[at - 1] === "\\"))) at--;
  if (!at) return " ";
  const low = src.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? src.slice(at - 2, at) : src[at - 1];
}
