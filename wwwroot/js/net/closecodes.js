// @ts-check
// What to do after each WebSocket close code (docs/protocol.md); no other code compares close codes.

/**
 * @typedef {object} CloseAction
 * @property {boolean} reconnect whether to reconnect automatically
 * @property {boolean} resume whether to send the cursors; false asks for a reset
 * @property {number} waitMs the minimum wait before the next attempt
 * @property {string} reason shown to the user if the page does not reconnect
 */

/** @type {Record<number, Partial<CloseAction>>} */
const TABLE = {
  4029: { waitMs: 5000 },
  4100: { resume: false },
  4400: { reconnect: false, reason: "The server could not read a message from this page. Reload the page to update it." },
  4401: { reconnect: false, reason: "The server no longer knows this browser’s sign-in." },
  4403: { reconnect: false, reason: "You were removed from this room." },
  4406: { reconnect: false, reason: "The server uses a newer protocol than this page. Reload the page to update it." },
  4408: { reconnect: false, reason: "The server did not receive a sign-in in time." },
  4409: { reconnect: false, reason: "Too many windows are open at once. Close some and try again." },
  4413: { reconnect: false, reason: "A message was larger than the server accepts." },
  1002: { reconnect: false, reason: "A proxy or firewall blocks the connection." },
  1003: { reconnect: false, reason: "The server accepts only text frames." },
  1007: { reconnect: false, reason: "The server received invalid text." },
  1008: { reconnect: false, reason: "The server does not accept connections from this page." },
};

/** @param {number} code @returns {CloseAction} */
export function closeAction(code) {
  const fatal = code >= 4400 && code <= 4499;
  const known = TABLE[code] ?? (fatal ? { reconnect: false, reason: `The server closed the connection (${code}).` } : {});
  return { reconnect: true, resume: true, waitMs: 0, reason: "", ...known };
}

export const UNAUTHORIZED = 4401;

const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 500;

/** The wait in ms, with full jitter: after a server restart, clients must not reconnect all at once. @param {number} attempt from 0 */
export function backoff(attempt) {
  return Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}
