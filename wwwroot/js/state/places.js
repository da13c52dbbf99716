// @ts-check
// Addresses inside the page: #/c/default and #/c/default/m/4204. Going to a message remembers where one was, so that
// Back returns to the same line.

import { returnToEnd } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {{seq: number, offset: number} | {latest: true}} Spot where the reader is: a message and its pixel, or the newest */

/** @param {string} conversation @param {number} [seq] */
export const address = (conversation, seq) => `#/c/${encodeURIComponent(conversation)}${seq ? `/m/${seq}` : ""}`;

export class Places {
  /** @type {() => Spot} told by the view that knows */
  spot = () => ({ latest: true });

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    addEventListener("popstate", (event) => this.#arrive(event.state?.spot ?? null));
  }

  /** The address the page was opened with, once there is something to show. @param {Conversation} c */
  open(c) {
    const seq = seqOf(location.hash);
    if (seq) this.land(c, { seq, lit: true });
    return seq > 0;
  }

  /** @param {number} seq */
  go(seq) {
    const { here } = this.store;
    history.replaceState({ spot: this.spot() }, "");
    history.pushState(null, "", address(here.id, seq));
    this.land(here, { seq, lit: true });
  }

  /** To the first message that came while the reader was elsewhere. */
  toFirstNew() {
    const c = this.store.here;
    if (c.unseen) this.land(c, { seq: c.unseen.first, lit: false });
  }

  /** The reader is at the newest message: the address no longer names another one. */
  leave() {
    if (seqOf(location.hash)) history.replaceState(null, "", address(this.store.here.id));
  }

  /** @param {Spot | null} spot */
  #arrive(spot) {
    const seq = seqOf(location.hash);
    if (spot && "seq" in spot) this.land(this.store.here, { ...spot, lit: false });
    else if (seq && !spot) this.land(this.store.here, { seq, lit: true });
    else this.store.toLatest();
  }

  /** @param {Conversation} c @param {{seq: number, lit: boolean, offset?: number}} landing */
  land(c, landing) {
    c.landing = landing;
    c.following = false;
    if (landing.seq >= (c.tail[0]?.seq ?? Infinity)) returnToEnd(c);
    const first = c.messages[0]?.seq ?? Infinity;
    const last = c.messages.at(-1)?.seq ?? 0;
    const inside = landing.seq >= first && landing.seq <= last;
    const inHole = c.holes.some((hole) => landing.seq >= hole.from && landing.seq <= hole.to);
    if (!inside || inHole) this.store.paging.around(c, landing.seq);
    this.store.changed();
  }
}

/** @param {string} hash @returns {number} 0 where it names no message */
export function seqOf(hash) {
  return Number(/^#\/c\/[^/]+\/m\/(\d{1,15})$/u.exec(hash)?.[1] ?? 0);
}
