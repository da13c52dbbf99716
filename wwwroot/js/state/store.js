// @ts-check
// The page's one store: it owns the state, the line and the outbox, and is all that views talk to.

import { Signal } from "../lib/signal.js";
import { Outbox } from "../net/outbox.js";
import { holdTab, orphans, shelf, tab } from "../net/shelf.js";
import { apply, conversation, newState } from "./apply.js";
import { Cache } from "./cache.js";
import { lineFor } from "./line.js";
import { Paging } from "./paging.js";
import { Places } from "./places.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";
import { settle } from "./settle.js";

/** @typedef {import("./types.js").Conversation} Conversation */

const TYPING_EVERY_MS = 3000;

export class Store {
  state = newState();
  /** @type {{text: string} | null} words for the composer; it takes each once */
  suggestion = null;
  /** @type {"palette" | "shortcuts" | "people" | "signout" | null} the dialog that is open */
  panel = null;
  /** @type {Signal<[boolean]>} after every change, many times a frame; true: a hand is waiting for it */
  #changes = new Signal();
  /** @type {Signal<[any[], boolean]>} durable events as they are applied; true: they are new, not replayed */
  #news = new Signal();
  #typedAt = 0;

  /** @param {string} url */
  constructor(url) {
    this.link = lineFor(this, url);
    this.outbox = new Outbox({
      open: () => this.link.phase === "live",
      send: (frame) => this.link.request(frame),
      changed: () => this.changed(),
      shelf,
      orphans,
    }, tab);
    this.session = new Session(this);
    this.paging = new Paging(this);
    this.places = new Places(this);
    this.reading = new Reading(this);
    this.cache = new Cache(this);
  }

  async start() {
    holdTab();
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

  /** Us, before the first welcome too. */
  get me() {
    return this.state.me ?? { id: "", name: this.session.identity.name };
  }

  /** @param {string} text */
  send(text) {
    this.#typedAt = 0;
    this.reading.clear();
    this.toLatest();
    this.outbox.add(this.here.id, text);
    this.changed(true);
  }

  toLatest() {
    this.here.landing = null;
    this.places.leave();
    this.paging.latest(this.here);
    this.follow(true);
    this.changed();
  }

  /** Whether the reader is at the newest message: only a view can know. @param {boolean} yes */
  follow(yes) {
    const c = this.here;
    const unseen = yes && c.atEnd ? null : c.unseen;
    if (c.following === yes && c.unseen === unseen) return;
    c.following = yes;
    c.unseen = unseen;
    this.changed();
  }

  /** Puts words into the composer. @param {string} text */
  suggest(text) {
    this.suggestion = { text };
    this.changed();
  }

  /** @param {Store["panel"]} panel */
  open(panel) {
    if (this.panel === panel) return;
    this.panel = panel;
    this.changed(true);
  }

  typing() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.link.tell({ type: "typing", conversation: this.here.id });
  }

  /** @param {object} frame */
  request(frame) {
    return this.link.request(frame);
  }

  /** @param {any} frame */
  apply(frame) {
    const applied = apply(this.state, frame, Date.now());
    settle(this.outbox, this.state, [...applied, ...(frame.messages ?? [])]);
    for (const c of this.state.conversations.values()) if (this.link.phase === "live") this.paging.pull(c);
    if (applied.length) {
      const live = this.link.phase === "live";
      if (live && document.visibilityState === "hidden") this.reading.divide(this.here);
      if (live && frame.type === "message") this.outbox.setClock(frame.at);
      this.#news.emit(applied, live);
    }
    if (applied.length || frame.messages) this.cache.soon();
    this.changed();
  }

  /** @param {(now: boolean) => void} listener */
  subscribe(listener) {
    this.#changes.on(listener);
  }

  /** @param {(events: any[], live: boolean) => void} listener */
  onNews(listener) {
    this.#news.on(listener);
  }

  changed(now = false) {
    this.#changes.emit(now);
  }
}
