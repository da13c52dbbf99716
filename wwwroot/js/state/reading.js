// @ts-check
// The user's read position. The server stores it and sends it to the user's other devices; other tabs of this browser get it
// by BroadcastChannel. The unread divider is set on entering and whenever the user may have missed messages: while the page
// was hidden, the connection was lost or the machine slept. Then only what comes into view is marked as read.

import { seenTo } from "./unread.js";

/** @typedef {import("./types.js").Conversation} Conversation */

export class Reading {
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("actorchat.read") : null;
  #reporting = false;
  /** Conversations in which everything had been read when the user began to miss messages: their divider is outdated. */
  #readBefore = new WeakSet();

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#onOtherTab(data);
    document.addEventListener("visibilitychange", () => {
      // The user has looked at the page and turned away: the next divider is above what is unread by then.
      if (document.visibilityState === "hidden") this.clearDivider();
      else this.comeBack(store.here);
      store.changed();
    });
  }

  /** After the first page of a conversation: sets the divider and scrolls to the first unread message. @param {Conversation} c */
  enter(c) {
    c.entered = true;
    this.#readBefore.delete(c);
    this.setDivider(c);
    if (!this.store.navigation.followHash(c) && c.divider !== null) this.#goToUnread(c, false);
  }

  /** Call before the user may miss messages: the connection is lost, or messages of a sleep arrive. @param {Conversation} c */
  leave(c) {
    if (c.unread === 0) this.#readBefore.add(c);
  }

  /**
   * Call when the user may have missed messages: sets the divider above the first of them. A reader who was at the end
   * goes there if it is out of view; a reader of older messages stays.
   * @param {Conversation} c
   */
  comeBack(c) {
    const outdated = this.#readBefore.delete(c);
    if (!c.entered || c.unread === 0) return;
    if (outdated) c.divider = null;
    this.setDivider(c);
    if (c.following && !c.scrollTarget) this.#goToUnread(c, true);
  }

  /** @param {Conversation} c @param {boolean} ifAbove only if the first unread message is above what is in view */
  #goToUnread(c, ifAbove) {
    const first = c.messages.find((m) => m.seq > c.read);
    if (!first) return;
    // If every loaded message is unread, the first unread one may not be loaded yet.
    const before = first === c.messages[0] && !c.atStart;
    c.scrollTarget = { seq: before ? c.read + 1 : first.seq, highlight: false, ...(ifAbove && !before && { ifAbove }) };
    if (before || !ifAbove) c.following = false;
    if (before) this.store.paging.around(c, c.read);
  }

  /** @param {Conversation} c */
  setDivider(c) {
    if (c.divider === null && c.unread > 0) c.divider = c.read;
  }

  /** Called by the timeline when the reader is at the newest message. @param {Conversation} c */
  markSeen(c) {
    if (c.cursor !== null) this.#mark(c, c.cursor);
  }

  /**
   * Called by the timeline with the messages in view.
   * @param {Conversation} c @param {number} first @param {number} last
   */
  markInView(c, first, last) {
    this.#mark(c, seenTo(c, first, last, this.store.me.id));
  }

  /** During a replay the page does not know yet what the user missed. @param {Conversation} c @param {number} seq */
  #mark(c, seq) {
    if (!c.entered || seq <= c.read || document.visibilityState === "hidden" || this.store.link.phase !== "live") return;
    this.store.apply({ type: "read", conversation: c.id, seq });
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

  /** Sends the read position to the server, one request at a time; a later mark is sent after the reply. @param {Conversation} c */
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
