// @ts-check
// Loads the Markdown parser after the page is usable. Messages without Markdown do not need it.

import { sleep } from "../schedule.js";
import { dialect } from "./dialect.js";

/** @typedef {ReturnType<ReturnType<typeof dialect>>} Parsed */

// The first messages wait this long for the parser, so that their layout does not change; then they are shown as typed.
const PATIENCE_MS = 1500;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const MARKS = /[*_~`[\]\\|#>+-]|\d[.)]/u;

/** @type {ReturnType<typeof dialect> | null} */
let parser = null;
let waited = false;
/** @type {Set<() => void>} */
const listeners = new Set();

/** Whether the parser is loaded or no longer waited for. */
export const settled = () => parser !== null || waited;

/** Whether a text may contain Markdown. @param {string} text */
export const mayHaveMarks = (text) => MARKS.test(text);

/** @param {string} text @param {boolean} [open] whether more text may follow @returns {Parsed | null} null until the parser is loaded */
export const parse = (text, open = false) => parser?.(text, open) ?? null;

/** Calls back once, when the parser is loaded or no longer waited for. @param {() => void} listener */
export function whenSettled(listener) {
  listeners.add(listener);
}

/** @param {any} MarkdownIt */
export function use(MarkdownIt) {
  parser = dialect(MarkdownIt);
  tell();
}

/** @param {string} address of the vendored module */
export async function load(address) {
  setTimeout(() => {
    waited = true;
    if (!parser) tell();
  }, PATIENCE_MS);
  for (let pause = FIRST_PAUSE_MS, again = 0; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS), again++) {
    try {
      // Browsers may cache a failed import; another fragment makes them try again.
      const where = again ? `${address}#${again}` : address;
      const module = await import(where);
      return use(module.default);
    } catch (error) {
      console.warn("The Markdown parser could not be loaded.", error);
      await sleep(pause);
    }
  }
}

function tell() {
  const told = [...listeners];
  listeners.clear();
  for (const listener of told) listener();
}
