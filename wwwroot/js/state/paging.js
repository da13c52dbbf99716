// @ts-check
// Asks for the parts of the log that are not here: older and newer pages, holes, and ranges missed by the stream.
// Every answer goes through apply like any other frame.

import { missing } from "./log.js";

/** @typedef {import("./types.js").Conversation} Conversation */

const PAGE = 50;

export class Paging {
  #pulling = new Set();

  /** @param {{request(frame: object): Promise<any>, apply(frame: any): void, changed(): void}} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {Conversation} c */
  older(c) {
    if (!c.atStart && !c.loading && c.messages.length) this.#page(c, "before", { before: c.messages[0].seq });
    else if (!c.atStart && !c.loading && c.cursor !== null) this.#page(c, "around", { before: c.head + 1 });
  }

  /** @param {Conversation} c */
  newer(c) {
    if (!c.atEnd && !c.loading) this.#page(c, "after", { after: c.messages.at(-1)?.seq ?? 0 });
  }

  /** Leaves what is shown for the newest page. @param {Conversation} c */
  latest(c) {
    if (!c.atEnd && c.loading !== "around") this.#page(c, "around", { before: c.head + 1 });
  }

  /** Leaves what is shown for the page around a message. @param {Conversation} c @param {number} seq */
  around(c, seq) {
    return this.#page(c, "around", { around: seq });
  }

  /** What stands before a hole may have changed within it. @param {Conversation} c */
  refresh(c) {
    if (c.stale && !c.loading && c.holes.length) this.#page(c, "refresh", { before: c.holes[0].from });
  }

  /** @param {Conversation} c @param {{from: number, to: number}} hole */
  async hole(c, hole) {
    const reply = await this.#ask({ type: "history", conversation: c.id, before: hole.to + 1, limit: 100 });
    if (reply) this.store.apply({ ...reply, type: "hole", conversation: c.id, hole });
  }

  /** What the stream left out. @param {Conversation} c */
  async pull(c) {
    const range = missing(c);
    if (!range || this.#pulling.has(c.id)) return;
    this.#pulling.add(c.id);
    const reply = await this.#ask({ type: "pull", conversation: c.id, ...range });
    this.#pulling.delete(c.id);
    if (reply) this.store.apply({ ...reply, type: "pulled", conversation: c.id });
  }

  /** @param {Conversation} c @param {"before" | "after" | "around" | "refresh"} where @param {object} range */
  async #page(c, where, range) {
    c.loading = where;
    this.store.changed();
    const reply = await this.#ask({ type: "history", conversation: c.id, limit: PAGE, ...range });
    if (c.loading !== where) return;
    if (reply) this.store.apply({ ...reply, type: "page", conversation: c.id, where });
    else c.loading = null;
    this.store.changed();
  }

  /** @param {object} frame @returns {Promise<any>} null where the line was lost or the server said no */
  async #ask(frame) {
    try {
      return await this.store.request(frame);
    } catch {
      return null;
    }
  }
}
