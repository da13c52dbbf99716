// @ts-check
// Stores the outbox in IndexedDB. Each page owns the messages it wrote while it holds a Web Lock with its id; another
// page takes over messages whose owner is closed. Two pages may do so at once: the key makes it one message.

import { OUTBOX, all, put, remove } from "../lib/idb.js";
import { uuid7 } from "../lib/uuid.js";

/** @typedef {import("./outbox.js").OutboxEntry} OutboxEntry */

const LOCK = "actorchat.tab.";

export const tab = uuid7();

export const outboxStorage = {
  /** @param {OutboxEntry} entry */
  put: (entry) => void put(OUTBOX, entry),
  /** @param {string} key */
  remove: (key) => void remove(OUTBOX, key),
};

/** Holds this page's lock until the page is closed. */
export function holdTabLock() {
  navigator.locks?.request(LOCK + tab, () => new Promise(() => {}));
}

/** @type {Set<string>} ids of pages whose closing is awaited */
const watched = new Set();

/**
 * Unsent messages of closed pages.
 * @param {() => void} more called when another page with messages has closed
 * @returns {Promise<OutboxEntry[]>}
 */
export async function orphans(more) {
  const entries = /** @type {OutboxEntry[]} */ (await all(OUTBOX)).filter((entry) => entry.tab !== tab);
  if (!entries.length) return [];
  const held = (await navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((lock) => lock.name));
  const isOpen = (/** @type {OutboxEntry} */ entry) => alive.has(LOCK + entry.tab);
  // A page that is being reloaded still holds its lock for a moment.
  for (const { tab: other } of entries.filter(isOpen)) watch(other, more);
  return entries.filter((entry) => !isOpen(entry));
}

/** @param {string} other @param {() => void} gone */
async function watch(other, gone) {
  if (watched.has(other)) return;
  watched.add(other);
  await navigator.locks.request(LOCK + other, () => {});
  watched.delete(other);
  gone();
}
