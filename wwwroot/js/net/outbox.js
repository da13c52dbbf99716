// @ts-check
// Messages that the user sent and the server has not acknowledged. They are sent in order, one at a time, so that a
// message that must be retried later is never overtaken. Each keeps its idempotency key: sending it twice stores it once.

import { sleep } from "../lib/schedule.js";
import { uuid7 } from "../lib/uuid.js";
import { Refusal } from "./connection.js";

/**
 * @typedef {object} OutboxEntry
 * @property {string} key
 * @property {string} conversation
 * @property {string} text
 * @property {"sending" | "sent" | "failed"} state
 * @property {number} queuedAt
 * @property {string} tab the id of the page that may send it
 * @property {string} [error] why it failed, for the user
 * @property {number} [seq] set when acknowledged
 * @property {number} [at]
 */

/**
 * @typedef {object} OutboxOwner
 * @property {() => boolean} canSend whether the link is live
 * @property {(frame: object) => Promise<any>} send
 * @property {() => void} changed
 * @property {{put(entry: OutboxEntry): void, remove(key: string): void}} storage
 * @property {(more: () => void) => Promise<OutboxEntry[]>} orphans unsent messages of closed pages; calls `more` when another page closes
 */

const LATER_MS = 1_000;

export class Outbox {
  /** In the order of sending. @type {OutboxEntry[]} */
  entries = [];
  #busy = false;
  #skewMs = 0;

  /** @param {OutboxOwner} owner @param {string} tab */
  constructor(owner, tab) {
    this.owner = owner;
    this.tab = tab;
  }

  /** @param {string} conversation @param {string} text */
  add(conversation, text) {
    /** @type {OutboxEntry} */
    const entry = { key: uuid7(), conversation, text, state: "sending", queuedAt: Date.now() + this.#skewMs, tab: this.tab };
    this.#write(entry);
    this.entries.push(entry);
    this.owner.changed();
    this.flush();
    return entry;
  }

  /** Sets the server's current time, so that a waiting message shows the time the server would give it. @param {string} at */
  setClock(at) {
    const ms = Date.parse(at);
    if (ms) this.#skewMs = ms - Date.now();
  }

  /** Takes over the unsent messages of closed pages. */
  async takeOver() {
    this.#adopt(await this.owner.orphans(() => this.takeOver()));
  }

  /** Adds messages of closed pages in the order in which they were written. @param {OutboxEntry[]} found */
  #adopt(found) {
    for (const entry of found) {
      if (this.#find(entry.key)) continue;
      entry.tab = this.tab;
      this.#write(entry);
      this.entries.push(entry);
    }
    this.entries.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.owner.changed();
    this.flush();
  }

  /** @param {string} key */
  retry(key) {
    const entry = this.#find(key);
    if (entry?.state !== "failed") return;
    entry.state = "sending";
    entry.error = undefined;
    this.#write(entry);
    this.owner.changed();
    this.flush();
  }

  /** Removes a message that is in the log or that the user discarded. @param {string} key */
  remove(key) {
    const at = this.entries.findIndex((entry) => entry.key === key);
    if (at < 0) return;
    this.entries.splice(at, 1);
    this.owner.storage.remove(key);
    this.owner.changed();
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next && this.owner.canSend(); next = this.#next()) await this.#send(next);
    } finally {
      this.#busy = false;
    }
  }

  /** @param {OutboxEntry} entry */
  async #send(entry) {
    const { key, conversation, text } = entry;
    try {
      const ok = await this.owner.send({ type: "send", conversation, key, text });
      entry.state = "sent";
      entry.seq = ok.seq;
      entry.at = Date.parse(ok.at) || undefined;
      this.owner.storage.remove(key);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // Sent again at once: `flush` finds it first, and the key makes it one message.
      if (refusal.code === "timeout") return;
      if (refusal.retry) return sleep(refusal.afterMs ?? LATER_MS);
      entry.state = "failed";
      entry.error = refusal.message || refusal.code;
      if (this.#find(key)) this.#write(entry);
    }
    this.owner.changed();
  }

  #next() {
    return this.entries.find((entry) => entry.state === "sending");
  }

  /** @param {string} key */
  #find(key) {
    return this.entries.find((entry) => entry.key === key);
  }

  /** @param {OutboxEntry} entry */
  #write(entry) {
    this.owner.storage.put({ ...entry });
  }
}
