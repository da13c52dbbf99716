// @ts-check
// markdown-it's block rules, changed so that they lose no text: blocks nested too deep stay text, a paragraph keeps its
// spaces, a table row keeps the cells beyond its header, a heading keeps the `#` at its end.

// Eight nested lists or sixteen nested quotes still fit on a phone. At its own limit the library drops the text.
const MOST_NESTED = 16;
// Rows are filled up to the header's length, so a table costs columns × rows even if it is empty.
const MOST_COLUMNS = 64;

const INTERRUPTS = {
  table: ["paragraph", "reference"],
  fence: ["paragraph", "reference", "blockquote", "list"],
  blockquote: ["paragraph", "reference", "blockquote", "list"],
  list: ["paragraph", "reference", "blockquote"],
  paragraph: [],
};

/** @param {any} md */
export function keepBlocks(md) {
  /** @param {keyof typeof INTERRUPTS} name @param {(rule: Function) => Function} wrapped */
  const wrap = (name, wrapped) => {
    md.block.ruler.enableOnly([name]);
    const [rule] = md.block.ruler.getRules("");
    md.block.ruler.at(name, wrapped(rule), { alt: INTERRUPTS[name] });
  };
  wrap("blockquote", notTooDeep);
  wrap("list", notTooDeep);
  wrap("fence", notTooDeep);
  wrap("table", table);
  wrap("paragraph", paragraph);
}

/** @param {Function} rule */
const notTooDeep = (rule) => (/** @type {any} */ state, /** @type {number} */ line, /** @type {number} */ end, /** @type {boolean} */ silent) =>
  state.level < MOST_NESTED && rule(state, line, end, silent);

/** @param {Function} rule */
const paragraph = (rule) => (/** @type {any} */ state, /** @type {number} */ line, /** @type {number} */ end) => {
  rule(state, line, end);
  state.tokens.at(-2).content = state.getLines(line, state.line, state.blkIndent, false).trimEnd();
  return true;
};

/** @param {Function} rule */
const table = (rule) => (/** @type {any} */ state, /** @type {number} */ line, /** @type {number} */ end, /** @type {boolean} */ silent) => {
  if (cellsOf(lineOf(state, line)).length > MOST_COLUMNS) return false;
  const from = state.tokens.length;
  if (!rule(state, line, end, silent)) return false;
  if (silent) return true;
  const made = state.tokens.splice(from);
  let cells = 0;
  /** @type {string[]} */
  let typed = [];
  for (const token of made) {
    if (token.type === "tr_open") {
      typed = cellsOf(lineOf(state, token.map[0]));
      cells = 0;
    } else if (token.type === "td_open" || token.type === "th_open") cells++;
    else if (token.type === "tr_close") {
      for (const cell of typed.slice(cells)) {
        state.push("td_open", "td", 1);
        Object.assign(state.push("inline", "", 0), { content: cell.trim(), children: [] });
        state.push("td_close", "td", -1);
      }
    }
    state.tokens.push(token);
  }
  return true;
};

/** @param {any} state @param {number} line @returns {string} */
const lineOf = (state, line) => state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trim();

/** Splits a row into cells as markdown-it does. @param {string} row */
function cellsOf(row) {
  const cells = row.split(/(?<!\\)\|/u).map((cell) => cell.replaceAll("\\|", "|"));
  if (!cells[0]) cells.shift();
  if (cells.length && !cells[cells.length - 1]) cells.pop();
  return cells;
}

/** A heading needs text. A `#` at its end belongs to the text. @param {any} state @param {number} line @param {number} end @param {boolean} silent */
export function heading(state, line, end, silent) {
  if (state.sCount[line] - state.blkIndent >= 4) return false;
  const [, marks = "", words = ""] = /^(#{1,6})[ \t]+(.*)$/u.exec(lineOf(state, line)) ?? [];
  if (!words) return false;
  if (silent) return true;
  state.line = line + 1;
  const map = [line, state.line];
  Object.assign(state.push("heading_open", `h${marks.length}`, 1), { markup: marks, map });
  Object.assign(state.push("inline", "", 0), { content: words, map, children: [] });
  Object.assign(state.push("heading_close", `h${marks.length}`, -1), { markup: marks });
  return true;
}
