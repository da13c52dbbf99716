// @ts-check
// Handles the end of a text that is still arriving. A mark without its partner is closed, and characters that may become
// a block mark with the next delta are not shown yet, so that no mark flashes up.

const MARK_SO_FAR = /^[ \t>]*(?:#{1,6}|[-*+>]|\d{1,9}[.)]|`{1,2}|~{1,2}|(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/u;
const HALF_PAIR = /[\uD800-\uDBFF]$/u;

/** @param {string} text */
export function withoutLooseEnd(text) {
  const line = text.lastIndexOf("\n") + 1;
  const mark = MARK_SO_FAR.test(text.slice(line).trimEnd());
  return mark ? text.slice(0, line) : text.replace(HALF_PAIR, "");
}

/** @param {string} text of the last paragraph */
export function closed(text) {
  let body = withoutHalfLink(text);
  let end = body.length;
  while (end > 0 && "*`~".includes(body[end - 1])) end--;
  body = body.slice(0, end);
  if (odd(body, "`")) return `${body}\``;
  const outside = body.replace(/`[^`]*`/gu, "");
  if (odd(outside, "~~")) return `${body}~~`;
  if (odd(outside, "**")) return `${body}**`;
  const single = outside.replaceAll("**", "");
  return odd(single, "*") && /^[^*\s]/u.test(single.slice(single.lastIndexOf("*") + 1)) ? `${body}*` : body;
}

/** Shows `see [the docs](https://exam` as `see the docs`. @param {string} text */
function withoutHalfLink(text) {
  const middle = text.lastIndexOf("](");
  const start = text.lastIndexOf("[", middle);
  if (middle < 0 || start < 0 || /[)\s]/u.test(text.slice(middle))) return text;
  return text.slice(0, start) + text.slice(start + 1, middle);
}

/** @param {string} text @param {string} mark */
const odd = (text, mark) => text.split(mark).length % 2 === 0;
