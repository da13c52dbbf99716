// @ts-check
// What a close code asks of us. One table, so that no other line compares numbers.

/**
 * @typedef {object} Verdict
 * @property {boolean} again reconnect by ourselves
 * @property {boolean} resume offer our cursors; false asks for everything afresh
 * @property {number} waitMs at least this long before the next try
 * @property {string} why for a person, only where we stop
 */

/** @type {Record<number, Partial<Verdict>>} */
const TABLE = {
  4029: { waitMs: 5000 },
  4100: { resume: false },
  4400: { again: false, why: "The server could not read this page’s message. Reload to get its newest version." },
  4401: { again: false, why: "This browser’s sign-in is no longer known here." },
  4403: { again: false, why: "You were removed from this room." },
  4406: { again: false, why: "The server speaks a newer language than this page. Reload to get its newest version." },
  4408: { again: false, why: "The server did not hear a greeting in time." },
  4409: { again: false, why: "Too many windows are open at once. Close some and try again." },
  4413: { again: false, why: "A message was larger than the server accepts." },
  1002: { again: false, why: "Something between here and the server does not let the line through." },
  1003: { again: false, why: "The server accepts text only." },
  1007: { again: false, why: "The server received broken text." },
  1008: { again: false, why: "The server does not let this page in." },
};

/** @param {number} code @returns {Verdict} */
export function verdictOn(code) {
  const known = TABLE[code] ?? (code >= 4400 && code <= 4499 ? { again: false, why: `The server closed the line (${code}).` } : {});
  return { again: true, resume: true, waitMs: 0, why: "", ...known };
}

export const UNAUTHORIZED = 4401;

const CEILING_MS = 30_000;
const FIRST_MS = 500;

/** Full jitter: a room that lost its server does not return as one wave. @param {number} attempt from 0 */
export function backoff(attempt) {
  return Math.random() * Math.min(CEILING_MS, FIRST_MS * 2 ** attempt);
}
