// @ts-check
// How far this person has read. Kept on this device, told to its other tabs and, where the server keeps it too, to
// the person's other devices. The unread divider is set on entering and then stands still while one looks.

import { recall, remember } from "../lib/local.js";
import { unread } from "./unread.js";

/** @typedef {import("./types.js").Conversation} Conversation */

export class Reading {
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("actorchat.read") : null;
  #told = 0;
  #serverKeeps = true;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#elsewhere(data);
    document.addEventListener("visibilitychange", () => {
      // Out of sight: what was new has been seen.
      if (document.visibilityState === "hidden") this.clear();
      else store.changed();
    });
  }

  /** After the first page of a conversation: from where is it new to this person? @param {Conversation} c */
  enter(c) {
    const kept = Number(recall(this.#name(c)));
    // On a device that knows nothing yet, nothing is new.
    c.read = Math.max(kept || c.head, c.read <= c.head ? c.read : 0);
    c.entered = true;
    this.divide(c);
    this.#keep(c);
    if (this.store.places.open(c) || c.divider === null) return;
    const first = c.messages.find((m) => m.seq > c.read);
    if (!first) return;
    c.landing = { seq: first.seq, lit: false };
    c.following = false;
    if (first === c.messages[0] && !c.atStart) this.store.paging.around(c, c.read);
  }

  /** @param {Conversation} c */
  divide(c) {
    if (c.divider === null && unread(c, this.store.me.id) > 0) c.divider = c.read;
  }

  /** A view says that the newest message is in sight of somebody who looks. @param {Conversation} c */
  seen(c) {
    if (!c.entered || c.cursor === null || c.cursor <= c.read || document.visibilityState === "hidden") return;
    c.read = c.cursor;
    this.#keep(c);
    this.#channel?.postMessage({ user: this.store.me.id, conversation: c.id, seq: c.read });
    this.#tell(c);
  }

  /** Takes the divider away. */
  clear() {
    const c = this.store.here;
    if (c.divider === null) return false;
    c.divider = null;
    this.store.changed();
    return true;
  }

  /** @param {{user: string, conversation: string, seq: number}} read */
  #elsewhere({ user, conversation, seq }) {
    if (user === this.store.me.id) this.store.apply({ type: "read", conversation, seq });
  }

  /** @param {Conversation} c */
  async #tell(c) {
    if (!this.#serverKeeps || c.read <= this.#told) return;
    this.#told = c.read;
    try {
      await this.store.request({ type: "read", conversation: c.id, seq: c.read });
    } catch (no) {
      if (/** @type {any} */ (no).code === "unknown_type") this.#serverKeeps = false;
    }
  }

  /** @param {Conversation} c */
  #keep(c) {
    remember(this.#name(c), String(c.read));
  }

  /** @param {Conversation} c */
  #name(c) {
    return `read.${this.store.me.id}.${c.id}`;
  }
}
