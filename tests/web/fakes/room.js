// A page's store, connected with a minimal server over a fake socket.

import { FakeSocket, newPage, settled } from "./browser.js";

export const ME = { id: "ann", name: "Ann" };
export const BEN = { id: "ben", name: "Ben" };
const FIRST = Date.UTC(2031, 4, 5, 11);

/** @param {number} seq @param {object} [more] a `message` event */
export const message = (seq, more = {}) => ({
  type: "message", conversation: "default", seq, sender: BEN, kind: "user_message", text: `message ${seq}`, at: new Date(FIRST + seq * 1000).toISOString(), ...more,
});

export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** A server with one conversation. */
export class Server {
  /** @type {any[]} */
  log = [];
  epoch = "e1";
  read = 0;
  heartbeatMs = 25_000;
  /** Selects frames that it does not answer. @type {(frame: any) => boolean} */
  silent = () => false;
  /** A reply to send instead of the server's own; undefined for the own one. @type {(frame: any) => object | undefined} */
  instead = () => undefined;
  /** The longest replay; beyond it a reset names the skipped range. */
  replay = 1000;

  get head() { return this.log.length; }

  /** @param {number} count */
  fill(count) {
    for (const seq of range(this.head + 1, this.head + count)) this.log.push(message(seq));
  }

  /** @param {FakeSocket} socket */
  take(socket) {
    this.socket = socket;
    socket.server = (frame) => this.#answer(socket, frame);
    queueMicrotask(() => socket.open());
  }

  /** Appends an event to the log and sends it to the page. @param {object} [more] */
  say(more = {}) {
    const event = message(this.head + 1, more);
    this.log.push(event);
    this.socket.receive(event);
    return event;
  }

  #answer(socket, frame) {
    if (this.silent(frame)) return;
    const other = this.instead(frame);
    if (other) return socket.receive({ ...other, re: frame.id });
    const reply = (body) => socket.receive({ ...body, re: frame.id });
    if (frame.type === "hello") return this.#open(socket, frame);
    if (frame.type === "send") return this.#store(socket, frame);
    if (frame.type === "pull") return reply({ type: "events", events: this.log.filter((e) => e.seq >= frame.from && e.seq <= frame.to) });
    if (frame.type === "history") return reply(this.#page(frame));
    if (frame.type === "heartbeat") return reply({ type: "ok", heads: { default: this.head } });
    if (frame.id) reply({ type: "ok" });
  }

  #open(socket, { id, resume }) {
    const cursor = resume?.epoch === this.epoch ? resume.cursors.default : undefined;
    socket.receive({
      type: "welcome", re: id, user: ME, token: "t", epoch: this.epoch, heartbeat_ms: this.heartbeatMs, limits: { text_bytes: 16384, frame_bytes: 65536 },
      conversations: [{ id: "default", title: "General", head: this.head, read: this.read, unread: this.log.filter((e) => e.seq > this.read && e.sender?.id !== ME.id).length }],
    });
    const missed = cursor === undefined ? Infinity : this.head - cursor;
    if (missed <= this.replay) socket.receive({ type: "sync", conversation: "default", from: cursor + 1, to: this.head, events: this.log.slice(cursor) });
    else {
      const hole = cursor === undefined ? undefined : [cursor + 1, this.head - 50];
      const why = cursor !== undefined ? "too_far" : resume && resume.epoch !== this.epoch ? "epoch" : "new";
      socket.receive({ type: "reset", conversation: "default", why, as_of: this.head, hole, messages: this.log.slice(-50) });
    }
    socket.receive({ type: "live" });
  }

  #store(socket, { id, key, text }) {
    const known = this.log.find((e) => e.key === key);
    const event = known ?? message(this.head + 1, { sender: ME, key, text });
    if (!known) this.log.push(event);
    socket.receive({ type: "ok", re: id, seq: event.seq, at: event.at, duplicate: Boolean(known) });
    if (!known) socket.receive(event);
  }

  #page({ before, after, around, limit }) {
    const from = around ? around - limit / 2 : after !== undefined ? after + 1 : Math.max(1, before - limit);
    const messages = this.log.filter((e) => e.seq >= from && e.seq < (before ?? from + limit));
    return { type: "history", messages, as_of: this.head, at_start: (messages[0]?.seq ?? 1) === 1, at_end: (messages.at(-1)?.seq ?? this.head) === this.head };
  }
}

/** Opens a page, joins and waits until it is live. @param {Server} [server] */
export async function join(server = new Server()) {
  const clock = newPage();
  const { Store } = await import("../../../wwwroot/js/state/store.js");
  FakeSocket.onMade = (socket) => server.take(socket);
  const store = new Store("ws://chat.example/ws");
  store.session.join("Ann");
  await settled();
  return { store, server, clock, c: store.here, texts: () => store.here.messages.map((m) => m.text), seqs: () => store.here.messages.map((m) => m.seq) };
}
