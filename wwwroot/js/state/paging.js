// @ts-check
// Requests the parts of the log that are not loaded: older and newer pages, holes, and missed events. Every reply goes
// through `apply` like any other frame.

import { missingRange } from "./log.js";
import { returnToEnd } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */

const PAGE = 50;
const HOLE_PAGE = 100;

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

  /** Replaces the window with the newest messages. @param {Conversation} c */
  latest(c) {
    if (!returnToEnd(c) && c.loading !== "around") this.#page(c, "around", { before: c.head + 1 });
  }

  /** Replaces the window with the page around a message. @param {Conversation} c @param {number} seq */
  around(c, seq) {
    return this.#page(c, "around", { around: seq });
  }

  /** Loads the messages before a hole again: the events skipped there may have changed them. @param {Conversation} c */
  refresh(c) {
    if (c.stale && !c.loading && c.holes.length) this.#page(c, "refresh", { before: c.holes[0].from });
  }

  /** @param {Conversation} c @param {import("./types.js").Hole} hole @param {boolean} down from its beginning, else from its end */
  async hole(c, hole, down) {
    const edge = down ? { after: hole.from - 1 } : { before: hole.to + 1 };
    const reply = await this.#ask({ type: "history", conversation: c.id, limit: HOLE_PAGE, ...edge });
    if (reply) this.store.apply({ ...reply, type: "hole", conversation: c.id, hole, down });
  }

  /** Requests the events that were missed. @param {Conversation} c */
  async pull(c) {
    const range = missingRange(c);
    if (!range || this.#pulling.has(c.id)) return;
    this.#pulling.add(c.id);
    const reply = await this.#ask({ type: "pull", conversation: c.id, ...range });
    this.#pulling.delete(c.id);
    if (reply) this.store.apply({ ...reply, type: "pulled", conversation: c.id });
  }

  /** @param {Conversation} c @param {"before" | "after" | "around" | "refresh"} where @param {object} range */
  async #page(c, where, range) {
    c.loading = where;
    const turn = ++c.turn;
    this.store.changed();
    const reply = await this.#ask({ type: "history", conversation: c.id, limit: PAGE, ...range });
    if (c.loading !== where || c.turn !== turn) return;
    if (reply) this.store.apply({ ...reply, type: "page", conversation: c.id, where });
    else c.loading = null;
    this.store.changed();
  }

  /** @param {object} frame @returns {Promise<any>} null if the connection was lost or the server refused */
  async #ask(frame) {
    try {
      return await this.store.request(frame);
    } catch {
      return null;
    }
  }
}
