// @ts-check
// Applies a conversation's durable events exactly once and in order: the next event at once, an earlier one never
// again, and a later one only after the missing range before it was pulled.

import { append, versions } from "./window.js";
import { messageFrom, personFrom } from "./message.js";
import { isMalformed } from "./validation.js";

/** @typedef {import("./types.js").Conversation} Conversation */

const MAX_HELD = 2000;
const MAX_PULL = 1000;

/** @param {Conversation} c @param {any} event @param {string} [me] @returns {any[]} the events applied, in order */
export function applyInOrder(c, event, me) {
  c.head = Math.max(c.head, event.seq);
  if (c.cursor === null || event.seq > c.cursor + 1) {
    if (c.held.size < MAX_HELD) c.held.set(event.seq, event);
    return [];
  }
  const applied = [];
  let next = event.seq === c.cursor + 1 ? event : undefined;
  while (next) {
    applyDurable(c, next, me);
    c.cursor = next.seq;
    c.held.delete(next.seq);
    applied.push(next);
    next = c.held.get(next.seq + 1);
  }
  return applied;
}

/** The range of events to pull next, or null if nothing is missing. @param {Conversation} c */
export function missingRange(c) {
  if (c.cursor === null || c.cursor >= c.head) return null;
  let to = c.head;
  for (const seq of c.held.keys()) if (seq > c.cursor) to = Math.min(to, seq - 1);
  return { from: c.cursor + 1, to: Math.min(to, c.cursor + MAX_PULL) };
}

/** Sets the cursor to `seq` after a reset, which carries the state at that point. @param {Conversation} c @param {number} seq */
export function setCursor(c, seq) {
  c.cursor = seq;
  c.head = Math.max(c.head, seq);
  for (const held of c.held.keys()) if (held <= seq) c.held.delete(held);
}

/** @param {Conversation} c @param {any} event @param {string} [me] */
function applyDurable(c, event, me) {
  if (isMalformed(event)) return console.warn(`Event ${event.seq} cannot be read.`);
  if (event.type === "message") {
    const message = messageFrom(event, event.seq);
    // If the event had to wait for a pull, deltas of the answer may have arrived before it.
    if (message.state === "running" && !c.streams.has(message.seq)) c.streams.set(message.seq, message.text);
    c.typing.delete(message.sender.id);
    if (!c.following && message.sender.id !== me) c.unseen = { count: (c.unseen?.count ?? 0) + 1, first: c.unseen?.first ?? message.seq };
    append(c, message);
    return;
  }
  if (event.type === "answered") c.streams.delete(event.message);
  if (event.type === "conversation" && event.title) c.title = event.title;
  for (const message of versions(c, event.message)) if (event.seq > message.asOf) applyChange(message, event);
}

/** @param {import("./types.js").Message} message @param {any} event */
function applyChange(message, event) {
  message.asOf = event.seq;
  if (event.type === "answered") {
    message.state = event.state;
    message.text = event.text ?? message.text;
    message.usage = event.usage;
    message.error = event.error;
  } else if (event.type === "edited") {
    message.text = event.text;
    message.edited = true;
  } else if (event.type === "deleted") {
    message.text = "";
    message.deleted = true;
  }
}

/** Appends a delta of a running answer; repeated deltas are allowed, gaps are ignored. @param {Conversation} c @param {any} delta */
export function appendDelta(c, delta) {
  const soFar = c.streams.get(delta.message) ?? "";
  if (delta.offset > soFar.length) return;
  const joined = soFar.slice(0, delta.offset) + delta.text;
  if (joined.length >= soFar.length) c.streams.set(delta.message, joined);
}

/** @param {Conversation} c @param {any} frame @param {number} now */
export function setTyping(c, frame, now) {
  const person = personFrom(frame.user);
  const known = c.present?.get(person.id) ?? c.messages.findLast((m) => m.sender.id === person.id)?.sender;
  const name = known?.name ?? person.name;
  c.typing.set(person.id, { name, until: now + 5000 });
}
