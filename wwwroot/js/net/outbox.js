// @ts-check
// What the person sent and the server has not yet answered. Leaves in order, one at a time, so that a refusal that
// says "later" never lets the next message overtake. Each letter keeps its key until it is settled: repeating a
// send is harmless, losing one is not.

import { sleep } from "../lib/schedule.js";
import { uuid7 } from "../lib/uuid.js";
import { Refusal } from "./wire.js";

/**
 * @typedef {object} Letter
 * @property {string} key
 * @property {string} conversation
 * @property {string} text
 * @property {"sending" | "sent" | "failed"} state
 * @property {number} queuedAt
 * @property {string} tab which page may send it
 * @property {string} [error] why it failed, for a person
 * @property {number} [seq] once acknowledged
 * @property {number} [at]
 */

/**
 * @typedef {object} Post
 * @property {() => boolean} open whether letters may leave now
 * @property {(frame: object) => Promise<any>} send
 * @property {() => void} changed
 * @property {{put(letter: Letter): void, remove(key: string): void}} shelf
 * @property {(more: () => void) => Promise<Letter[]>} orphans letters without a page; `more` is called when there may be others
 */

const LATER_MS = 1_000;

export class Outbox {
  /** In the order of sending. @type {Letter[]} */
  letters = [];
  #busy = false;
  #skewMs = 0;

  /** @param {Post} post @param {string} tab */
  constructor(post, tab) {
    this.post = post;
    this.tab = tab;
  }

  /** @param {string} conversation @param {string} text */
  add(conversation, text) {
    /** @type {Letter} */
    const letter = { key: uuid7(), conversation, text, state: "sending", queuedAt: Date.now() + this.#skewMs, tab: this.tab };
    this.#write(letter);
    this.letters.push(letter);
    this.post.changed();
    this.flush();
    return letter;
  }

  /** The server's time, as it is told just now: a letter that waits is shown at the time it would get. @param {string} at */
  setClock(at) {
    const ms = Date.parse(at);
    if (ms) this.#skewMs = ms - Date.now();
  }

  /** What pages that are gone have left to send. */
  async takeOver() {
    this.#adopt(await this.post.orphans(() => this.takeOver()));
  }

  /** Letters of an earlier page take their place again. @param {Letter[]} found */
  #adopt(found) {
    for (const letter of found) {
      if (this.#find(letter.key)) continue;
      letter.tab = this.tab;
      this.#write(letter);
      this.letters.push(letter);
    }
    this.letters.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.post.changed();
    this.flush();
  }

  /** @param {string} key */
  retry(key) {
    const letter = this.#find(key);
    if (letter?.state !== "failed") return;
    letter.state = "sending";
    letter.error = undefined;
    this.#write(letter);
    this.post.changed();
    this.flush();
  }

  /** The log has it, or the person gave it up. @param {string} key */
  remove(key) {
    const at = this.letters.findIndex((letter) => letter.key === key);
    if (at < 0) return;
    this.letters.splice(at, 1);
    this.post.shelf.remove(key);
    this.post.changed();
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next && this.post.open(); next = this.#next()) await this.#send(next);
    } finally {
      this.#busy = false;
    }
  }

  /** @param {Letter} letter */
  async #send(letter) {
    const { key, conversation, text } = letter;
    try {
      const ok = await this.post.send({ type: "send", conversation, key, text });
      letter.state = "sent";
      letter.seq = ok.seq;
      letter.at = Date.parse(ok.at) || undefined;
      this.post.shelf.remove(key);
    } catch (no) {
      if (!(no instanceof Refusal)) throw no;
      if (no.code === "timeout") return;
      if (no.retry) return sleep(no.afterMs ?? LATER_MS);
      letter.state = "failed";
      letter.error = no.message || no.code;
      if (this.#find(key)) this.#write(letter);
    }
    this.post.changed();
  }

  #next() {
    return this.letters.find((letter) => letter.state === "sending");
  }

  /** @param {string} key */
  #find(key) {
    return this.letters.find((letter) => letter.key === key);
  }

  /** @param {Letter} letter */
  #write(letter) {
    this.post.shelf.put({ ...letter });
  }
}
