// @ts-check
// The newest messages on this device: the page opens with them, without a line too, and asks the server only for what
// came after. One record for the person and the log they belong to.

import { CACHE, get, put, remove } from "../lib/idb.js";
import { recall } from "../lib/local.js";
import { sleep } from "../lib/schedule.js";

const KEPT = 200;
const EVERY_MS = 2000;
const PATIENCE_MS = 400;
const DEEPEN_MS = 2500;
const RECORD = "room";

export class Cache {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    addEventListener("pagehide", () => this.#save());
  }

  /** Shows what was kept for `name`. A database that is slow must not keep the page waiting; without a line it is shown all the same. @param {string} name */
  load(name) {
    return Promise.race([this.#show(name), sleep(PATIENCE_MS)]);
  }

  /** @param {string} name */
  async #show(name) {
    const kept = await get(CACHE, RECORD);
    if (kept?.me?.name === name && !this.store.state.epoch) this.store.apply({ ...kept, type: "cached" });
  }

  /** Looks back, unhurried, until there is enough to keep for a time without a line. */
  deepen() {
    setTimeout(() => {
      const c = this.store.here;
      if (this.store.link.phase !== "live" || !c.atEnd || c.atStart || c.messages.length >= KEPT) return;
      if (c.following && !c.loading) this.store.paging.older(c);
      this.deepen();
    }, DEEPEN_MS);
  }

  /** Nothing of the room stays on this device. */
  forget() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    remove(CACHE, RECORD);
  }

  soon() {
    this.#timer ??= setTimeout(() => this.#save(), EVERY_MS);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { state, session, here: c } = this.store;
    if (!session.identity.token || !state.me || !state.epoch || c.cursor === null || !c.atEnd) return;
    // Another tab may have signed out a moment ago, and this one has not heard of it yet.
    if (recall("token") !== session.identity.token) return;
    const messages = c.messages.slice(-KEPT).map((m) => (m.state === "running" ? { ...m, text: c.streams.get(m.seq) ?? m.text } : m));
    // Only what follows the last hole: a page that opens offline shows no gap that it cannot fill.
    const from = c.holes.at(-1)?.to ?? 0;
    put(CACHE, {
      id: RECORD, me: state.me, epoch: state.epoch, conversation: c.id, title: c.title, cursor: c.cursor,
      messages: messages.filter((m) => m.seq > from),
    });
  }
}
