// @ts-check
// Stores the newest messages on this device. The page opens with them, also offline, and asks the server only for newer
// ones. There is one record; it names the user and the log (epoch) that it belongs to.

import { CACHE, get, put, remove } from "../lib/idb.js";
import { readLocal } from "../lib/local.js";
import { sleep } from "../lib/schedule.js";

const MOST = 200;
const SAVE_DELAY_MS = 2000;
const LOAD_TIMEOUT_MS = 400;
const LOAD_OLDER_MS = 2500;
const RECORD = "room";

export class Cache {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    addEventListener("pagehide", () => this.#save());
  }

  /**
   * Shows the stored messages of `name`. Waits at most 400 ms for a slow database; a later result is still shown if the
   * server has not answered by then.
   * @param {string} name
   */
  load(name) {
    return Promise.race([this.#show(name), sleep(LOAD_TIMEOUT_MS)]);
  }

  /** @param {string} name */
  async #show(name) {
    const stored = await get(CACHE, RECORD);
    if (stored?.me?.name === name && !this.store.state.epoch) this.store.apply({ ...stored, type: "cached" });
  }

  /** Loads older messages, one page every 2.5 s, until there are enough for offline use. */
  loadOlder() {
    setTimeout(() => {
      const c = this.store.here;
      if (this.store.link.phase !== "live" || !c.atEnd || c.atStart || c.messages.length >= MOST) return;
      if (c.following && !c.loading) this.store.paging.older(c);
      this.loadOlder();
    }, LOAD_OLDER_MS);
  }

  /** Deletes the stored messages from this device. */
  clear() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    remove(CACHE, RECORD);
  }

  saveSoon() {
    this.#timer ??= setTimeout(() => this.#save(), SAVE_DELAY_MS);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { state, session, here: c } = this.store;
    if (!session.identity.token || !state.me || !state.epoch || c.cursor === null || !c.atEnd) return;
    // Another tab may have signed out a moment ago, before this tab's connection was closed.
    if (readLocal("token") !== session.identity.token) return;
    const messages = c.messages.slice(-MOST).map((m) => (m.state === "running" ? { ...m, text: c.streams.get(m.seq) ?? m.text } : m));
    // Only messages after the last hole: a page that opens offline could not fill it.
    const from = c.holes.at(-1)?.to ?? 0;
    put(CACHE, {
      id: RECORD, me: state.me, epoch: state.epoch, conversation: c.id, title: c.title, cursor: c.cursor,
      messages: messages.filter((m) => m.seq > from),
    });
  }
}
