// @ts-check
// The page's only store. It owns the state, the link and the outbox; views use nothing else.

import { Signal } from "../lib/signal.js";
import { Outbox } from "../net/outbox.js";
import { holdTabLock, orphans, outboxStorage, tab } from "../net/outboxstorage.js";
import { apply, conversation, newState } from "./apply.js";
import { Cache } from "./cache.js";
import { createLink } from "./sync.js";
import { Paging } from "./paging.js";
import { Navigation } from "./navigation.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";
import { removeConfirmed } from "./confirmed.js";

const TYPING_EVERY_MS = 3000;

export class Store {
  state = newState();
  /** @type {{text: string} | null} text to insert into the composer; each object is used once */
  suggestion = null;
  /** @type {"palette" | "shortcuts" | "people" | "signout" | null} the dialog that is open */
  dialog = null;
  /** @type {Signal<[boolean]>} emitted after every change, often several times per frame; true: redraw now, a user action waits for it */
  #changes = new Signal();
  /** @type {Signal<[any[], boolean]>} durable events as they are applied; true if they are new, false if replayed */
  #events = new Signal();
  #typedAt = 0;

  /** @param {string} url */
  constructor(url) {
    this.link = createLink(this, url);
    this.outbox = new Outbox({
      canSend: () => this.link.phase === "live",
      send: (frame) => this.link.request(frame),
      changed: () => this.changed(),
      storage: outboxStorage,
      orphans,
    }, tab);
    this.session = new Session(this);
    this.paging = new Paging(this);
    this.navigation = new Navigation(this);
    this.reading = new Reading(this);
    this.cache = new Cache(this);
  }

  async start() {
    holdTabLock();
    const { token, name } = this.session.identity;
    if (token) {
      await this.cache.load(name);
      this.link.connect();
    }
    this.outbox.takeOver();
  }

  /** The conversation on screen. */
  get here() {
    return conversation(this.state, this.state.current);
  }

  /** The user of this page; before the first `welcome` only the name is known. */
  get me() {
    return this.state.me ?? { id: "", name: this.session.identity.name };
  }

  /** @param {string} text */
  send(text) {
    this.#typedAt = 0;
    this.reading.clearDivider();
    this.toLatest();
    this.outbox.add(this.here.id, text);
    this.changed(true);
  }

  toLatest() {
    this.here.scrollTarget = null;
    this.navigation.clearHash();
    this.paging.latest(this.here);
    this.follow(true);
    this.changed();
  }

  /** The timeline reports whether the reader is at the newest message. @param {boolean} yes */
  follow(yes) {
    const c = this.here;
    const unseen = yes && c.atEnd ? null : c.unseen;
    if (c.following === yes && c.unseen === unseen) return;
    Object.assign(c, { following: yes, unseen });
    this.changed();
  }

  /** Puts text into the composer. @param {string} text */
  suggest(text) {
    this.suggestion = { text };
    this.changed();
  }

  /** @param {Store["dialog"]} dialog */
  open(dialog) {
    if (this.dialog === dialog) return;
    this.dialog = dialog;
    this.changed(true);
  }

  typing() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.link.send({ type: "typing", conversation: this.here.id });
  }

  /** @param {object} frame */
  request(frame) {
    return this.link.request(frame);
  }

  /** @param {any} frame */
  apply(frame) {
    const live = this.link.phase === "live";
    // What arrives late was not seen as it came, even if the page is visible: after a sleep, or after a pull.
    const late = live && (frame.type === "pulled" || (frame.type === "message" && this.link.heartbeat.slept));
    if (late) this.reading.leave(this.here);
    const applied = apply(this.state, frame, Date.now());
    removeConfirmed(this.outbox, this.state, [...applied, ...(frame.messages ?? [])]);
    for (const c of this.state.conversations.values()) if (live) this.paging.pull(c);
    if (applied.length) {
      if (live && document.visibilityState === "hidden") this.reading.setDivider(this.here);
      else if (late) this.reading.comeBack(this.here);
      if (live && frame.type === "message") this.outbox.setClock(frame.at);
      this.#events.emit(applied, live);
    }
    if (applied.length || frame.messages) this.cache.saveSoon();
    this.changed();
  }

  /** @param {(now: boolean) => void} listener */
  subscribe(listener) {
    this.#changes.on(listener);
  }

  /** @param {(events: any[], live: boolean) => void} listener */
  onEvents(listener) {
    this.#events.on(listener);
  }

  changed(now = false) {
    this.#changes.emit(now);
  }
}
