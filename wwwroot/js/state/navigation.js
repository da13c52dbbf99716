// @ts-check
// Navigation inside the page by URL hash: #/c/default and #/c/default/m/4204. Going to a message stores the current
// scroll position in the browser history, so that Back returns to the same pixel.

import { returnToEnd } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {{seq: number, offset: number} | {latest: true}} Position a message and its pixel offset, or the newest message */

/** @param {string} conversation @param {number} [seq] */
export const address = (conversation, seq) => `#/c/${encodeURIComponent(conversation)}${seq ? `/m/${seq}` : ""}`;

export class Navigation {
  /** @type {() => Position} set by the timeline view */
  position = () => ({ latest: true });

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    addEventListener("popstate", (event) => this.#onPopState(event.state?.position ?? null));
  }

  /** Follows the hash that the page was opened with. @param {Conversation} c @returns {boolean} whether it names a message */
  followHash(c) {
    const seq = seqOf(location.hash);
    if (seq) this.show(c, { seq, highlight: true });
    return seq > 0;
  }

  /** @param {number} seq */
  go(seq) {
    const { here } = this.store;
    history.replaceState({ position: this.position() }, "");
    history.pushState(null, "", address(here.id, seq));
    this.show(here, { seq, highlight: true });
  }

  /** Goes to the first message that arrived while the reader was not at the end. */
  toFirstNew() {
    const c = this.store.here;
    if (c.unseen) this.show(c, { seq: c.unseen.first, highlight: false });
  }

  /** Removes the message from the hash when the reader is at the newest message. */
  clearHash() {
    if (seqOf(location.hash)) history.replaceState(null, "", address(this.store.here.id));
  }

  /** @param {Position | null} position */
  #onPopState(position) {
    const seq = seqOf(location.hash);
    if (position && "seq" in position) this.show(this.store.here, { ...position, highlight: false });
    else if (seq && !position) this.show(this.store.here, { seq, highlight: true });
    else this.store.toLatest();
  }

  /** @param {Conversation} c @param {{seq: number, highlight: boolean, offset?: number}} scrollTarget */
  show(c, scrollTarget) {
    c.scrollTarget = scrollTarget;
    c.following = false;
    if (scrollTarget.seq >= (c.tail[0]?.seq ?? Infinity)) returnToEnd(c);
    const first = c.messages[0]?.seq ?? Infinity;
    const last = c.messages.at(-1)?.seq ?? 0;
    const inside = scrollTarget.seq >= first && scrollTarget.seq <= last;
    const inHole = c.holes.some((hole) => scrollTarget.seq >= hole.from && scrollTarget.seq <= hole.to);
    if (!inside || inHole) this.store.paging.around(c, scrollTarget.seq);
    this.store.changed();
  }
}

/** @param {string} hash @returns {number} 0 if it names no message */
export function seqOf(hash) {
  return Number(/^#\/c\/[^/]+\/m\/(\d{1,15})$/u.exec(hash)?.[1] ?? 0);
}
