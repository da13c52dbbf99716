// @ts-check
// The outbox on disk. Each page owns what it wrote for as long as it holds a lock named after itself; letters whose
// page is gone are adopted by the next one. Two pages adopting at once do no harm: the key makes them one message.

import { OUTBOX, all, put, remove } from "../lib/idb.js";
import { uuid7 } from "../lib/uuid.js";

/** @typedef {import("./outbox.js").Letter} Letter */

const LOCK = "actorchat.tab.";

export const tab = uuid7();

export const shelf = {
  /** @param {Letter} letter */
  put: (letter) => void put(OUTBOX, letter),
  /** @param {string} key */
  remove: (key) => void remove(OUTBOX, key),
};

/** Holds this page's lock until it is closed. */
export function holdTab() {
  navigator.locks?.request(LOCK + tab, () => new Promise(() => {}));
}

/** @type {Set<string>} pages whose end is waited for */
const watched = new Set();

/** Letters without a page. @param {() => void} more called when the page of others is gone, too @returns {Promise<Letter[]>} */
export async function orphans(more) {
  const letters = /** @type {Letter[]} */ (await all(OUTBOX)).filter((letter) => letter.tab !== tab);
  if (!letters.length) return [];
  const held = (await navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((lock) => lock.name));
  const [theirs, left] = [letters.filter((l) => alive.has(LOCK + l.tab)), letters.filter((l) => !alive.has(LOCK + l.tab))];
  // A page that is being reloaded may still hold its lock for a moment.
  for (const { tab: other } of theirs) watch(other, more);
  return left;
}

/** @param {string} other @param {() => void} gone */
async function watch(other, gone) {
  if (watched.has(other)) return;
  watched.add(other);
  await navigator.locks.request(LOCK + other, () => {});
  watched.delete(other);
  gone();
}
