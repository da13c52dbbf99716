// @ts-check
// A backslash is an escape only if the mark after it would have acted. Text with backslashes is parsed twice: first as if
// the backslashes were not there, to find the marks that act; then these are escaped and all other backslashes are text.

const MARK = /[*_~`[\]()#>+\-.]/u;
// A few spaces and nine digits.
const LONGEST_MARK = 16;
const NUMBER_BEFORE = /^[ \t]*(\d{1,9})$/u;
const ACTS_AT_LINE_START = /^(?:#{1,6}[ \t]+\S|[-*+][ \t]+\S|>|```[^`]*$|~~~|(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$)/u;

/** @param {any} state @param {boolean} silent */
export function backslash(state, silent) {
  const { src, pos, posMax, env } = state;
  if (src[pos] !== "\\") return false;
  let end = pos;
  while (end < posMax && src[end] === "\\") end++;
  const count = end - pos;
  const mark = end < posMax && MARK.test(src[end]) ? src[end] : "";
  const escaping = count % 2 === 1;
  if (env.looking) {
    if (!silent && env.paragraph && count === 1 && actsInItsLine(src, pos)) env.acting.add(pos);
    if (!silent) Object.assign(state.push("text", "", 0), { content: src.slice(pos, end), meta: { run: pos } });
    state.pos = end;
    return true;
  }
  const acting = mark && (env.acting.has(pos) || (state.linkLevel > 0 && "[]".includes(mark)));
  if (!silent) {
    state.pending += "\\".repeat(acting ? count >> 1 : count) + (escaping ? mark : "");
    env.escaped ||= Boolean(acting);
  }
  state.pos = escaping && mark ? end + 1 : end;
  return true;
}

/** Backslashes inside code are text, so the escape before its closing backticks is found together with the opening one. @param {Function} rule */
export const backticks = (rule) => (/** @type {any} */ state, /** @type {boolean} */ silent) => {
  const { src, pos, env } = state;
  const before = state.tokens.length;
  if (!rule(state, silent)) return false;
  if (env.looking && !silent && src[pos - 1] === "\\" && state.tokens.slice(before).some((/** @type {any} */ token) => token.type === "code_inline")) {
    env.acting.add(runBefore(src, pos));
    let close = state.pos;
    while (src[close - 1] === "`") close--;
    env.acting.add(runBefore(src, close));
  }
  return true;
};

/** Runs after the delimiters were paired: those that are no longer text have acted. @param {any} state */
export function foundActing({ env, tokens }) {
  if (!env.looking) return;
  tokens.forEach((/** @type {any} */ token, /** @type {number} */ at) => {
    const next = tokens[at + 1];
    if (token.meta?.run !== undefined && next && (next.type !== "text" || next.content === "") && next.type !== "softbreak" && next.type !== "code_inline" && next.tag !== "a") {
      env.acting.add(token.meta.run);
    }
  });
}

/** The start of the run of backslashes before a position. @param {string} src @param {number} at */
export function runBefore(src, at) {
  while (src[at - 1] === "\\") at--;
  return at;
}

/** @param {string} src @param {number} at of the backslash */
function actsInItsLine(src, at) {
  const near = Math.max(0, at - LONGEST_MARK);
  const start = src.slice(near, at).lastIndexOf("\n") + 1 + near;
  if (start === near && near > 0) return false;
  const before = src.slice(start, at);
  const number = NUMBER_BEFORE.exec(before)?.[1];
  if (!number && before.trim()) return false;
  const end = src.indexOf("\n", at);
  const line = src.slice(at + 1, end < 0 ? src.length : end);
  return number ? (start === 0 || number === "1") && /^[.)][ \t]+\S/u.test(line) : ACTS_AT_LINE_START.test(line);
}
