// @ts-check
// The hue of a name, from its hash, and its initials. Lightness and chroma come from the theme, which ensures contrast.

/** @param {string} name @returns {number} 0–359 */
export function hueOf(name) {
  let hash = 2166136261;
  for (const unit of name.normalize("NFC").toLowerCase()) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  // Hues from 165 to 215 are reserved for the accent colour and the bot.
  return (215 + ((hash ^ (hash >>> 16)) >>> 0) % 310) % 360;
}

/** The first characters of the first and the last word; "?" if there is none. @param {string} name */
export function initialsOf(name) {
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  const firsts = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return firsts.map((word) => firstCharacter(word).toLocaleUpperCase()).join("") || "?";
}

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;

/** The first grapheme: an emoji or an accented letter is never cut. @param {string} word */
function firstCharacter(word) {
  if (segmenter) for (const { segment } of segmenter.segment(word)) return segment;
  return Array.from(word)[0] ?? "";
}
