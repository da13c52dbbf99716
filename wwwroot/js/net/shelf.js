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

/** @returns {Promise<Letter[]>} */
export async function orphans() {
  const letters = /** @type {Letter[]} */ (await all(OUTBOX));
  if (!letters.length) return [];
  const held = (await navigator.locks?.query())?.held ?? [];
  const alive = new Set(held.map((lock) => lock.name));
  return letters.filter((letter) => letter.tab !== tab && !alive.has(LOCK + letter.tab));
}
