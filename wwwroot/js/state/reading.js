// @ts-check
// How far this person has read. The server keeps it and tells the person's other devices; this browser's other tabs
// hear it at once. The unread divider is set on entering and then stands still while one looks.

/** @typedef {import("./types.js").Conversation} Conversation */

export class Reading {
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("actorchat.read") : null;
  #telling = false;

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
    c.entered = true;
    this.divide(c);
    if (this.store.places.open(c) || c.divider === null) return;
    const first = c.messages.find((m) => m.seq > c.read);
    if (!first) return;
    // Where all that is here is new, the first new one is not here yet.
    const before = first === c.messages[0] && !c.atStart;
    c.landing = { seq: before ? c.read + 1 : first.seq, lit: false };
    c.following = false;
    if (before) this.store.paging.around(c, c.read);
  }

  /** @param {Conversation} c */
  divide(c) {
    if (c.divider === null && c.unread > 0) c.divider = c.read;
  }

  /** A view says that the newest message is in sight of somebody who looks. @param {Conversation} c */
  seen(c) {
    if (!c.entered || c.cursor === null || c.cursor <= c.read || document.visibilityState === "hidden") return;
    this.store.apply({ type: "read", conversation: c.id, seq: c.cursor });
    this.#channel?.postMessage({ user: this.store.me.id, conversation: c.id, seq: c.read });
    this.tell(c);
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

  /** One request at a time: while it is on its way, what is read further becomes the next. @param {Conversation} c */
  async tell(c) {
    if (this.#telling || c.read <= c.told) return;
    const seq = c.read;
    this.#telling = true;
    try {
      await this.store.request({ type: "read", conversation: c.id, seq });
      c.told = seq;
    } catch {
      // The line is lost, or the server cannot take it now: the next mark or the next opening says it again.
      return;
    } finally {
      this.#telling = false;
    }
    this.tell(c);
  }
}
