// @ts-check
// How a name looks: a hue from its hash (lightness and chroma are the theme's, so contrast holds) and its initials.

/** @param {string} name @returns {number} 0–359 */
export function hueOf(name) {
  let hash = 2166136261;
  for (const unit of name.normalize("NFC").toLowerCase()) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  // Not between 165 and 215: that green-blue is the accent's, and the bot's.
  return (215 + ((hash ^ (hash >>> 16)) >>> 0) % 310) % 360;
}

/** One or two letters; a name of one word, or without letters, gives its first character. @param {string} name */
export function initialsOf(name) {
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  const firsts = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return firsts.map((word) => firstCharacter(word).toLocaleUpperCase()).join("") || "?";
}

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;

/** A whole grapheme: an emoji or an accented letter is never cut. @param {string} word */
function firstCharacter(word) {
  if (segmenter) for (const { segment } of segmenter.segment(word)) return segment;
  return Array.from(word)[0] ?? "";
}
