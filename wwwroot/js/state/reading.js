// @ts-check
// The user's read mark. The server stores it and sends it to the user's other devices; other tabs of this browser get it
// by BroadcastChannel. The unread divider is set on entering and does not move while the page is visible.

/** @typedef {import("./types.js").Conversation} Conversation */

export class Reading {
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("actorchat.read") : null;
  #reporting = false;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#onOtherTab(data);
    document.addEventListener("visibilitychange", () => {
      // The user has looked at the page and turned away: what was marked as new has been seen.
      if (document.visibilityState === "hidden") this.clearDivider();
      else store.changed();
    });
  }

  /** After the first page of a conversation: sets the divider and scrolls to the first unread message. @param {Conversation} c */
  enter(c) {
    c.entered = true;
    this.setDivider(c);
    if (this.store.navigation.followHash(c) || c.divider === null) return;
    const first = c.messages.find((m) => m.seq > c.read);
    if (!first) return;
    // If every loaded message is unread, the first unread one may not be loaded yet.
    const before = first === c.messages[0] && !c.atStart;
    c.scrollTarget = { seq: before ? c.read + 1 : first.seq, highlight: false };
    c.following = false;
    if (before) this.store.paging.around(c, c.read);
  }

  /** @param {Conversation} c */
  setDivider(c) {
    if (c.divider === null && c.unread > 0) c.divider = c.read;
  }

  /** Called by the timeline when the newest message is visible. @param {Conversation} c */
  markSeen(c) {
    if (!c.entered || c.cursor === null || c.cursor <= c.read || document.visibilityState === "hidden") return;
    this.store.apply({ type: "read", conversation: c.id, seq: c.cursor });
    this.#channel?.postMessage({ user: this.store.me.id, conversation: c.id, seq: c.read });
    this.report(c);
  }

  /** Removes the divider. @returns {boolean} whether there was one */
  clearDivider() {
    const c = this.store.here;
    if (c.divider === null) return false;
    c.divider = null;
    this.store.changed();
    return true;
  }

  /** @param {{user: string, conversation: string, seq: number}} read */
  #onOtherTab({ user, conversation, seq }) {
    if (user === this.store.me.id) this.store.apply({ type: "read", conversation, seq });
  }

  /** Sends the read mark to the server, one request at a time; a later mark is sent after the reply. @param {Conversation} c */
  async report(c) {
    if (this.#reporting || c.read <= c.reportedRead) return;
    const seq = c.read;
    this.#reporting = true;
    try {
      await this.store.request({ type: "read", conversation: c.id, seq });
      c.reportedRead = seq;
    } catch {
      // The connection is lost or the server is busy: the mark is sent again with the next one or after reconnecting.
      return;
    } finally {
      this.#reporting = false;
    }
    this.report(c);
  }
}
