// @ts-check
// The only code that writes server data into the state: takes one frame, changes the state and returns the durable
// events that it applied.

import { fillHole, keepMessagesBefore } from "./holes.js";
import { appendDelta, applyInOrder, setCursor, setTyping } from "./log.js";
import { messageFrom, personFrom } from "./message.js";
import { isEvent, isMessage, isMalformed } from "./validation.js";
import { countNew, setCounts, markRead } from "./unread.js";
import { clear, insert, newConversation, reachEnd, applyPage } from "./window.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Conversation} Conversation */

/** @returns {State} */
export function newState() {
  return { me: null, epoch: null, limits: { text_bytes: 16384, frame_bytes: 65536 }, conversations: new Map(), current: "default" };
}

/** @type {Record<string, (state: State, frame: any, now: number) => any[] | void>} */
const writers = {
  welcome(state, frame) {
    // A new epoch is a new log whose numbers start again: an old read mark could be higher than all of them.
    if (state.epoch && state.epoch !== frame.epoch) for (const c of state.conversations.values()) c.read = 0;
    state.me = frame.user;
    state.epoch = frame.epoch;
    Object.assign(state.limits, frame.limits);
    for (const known of frame.conversations ?? []) {
      const c = conversation(state, known.id);
      c.title = known.title ?? c.title;
      c.head = Math.max(c.head, known.head ?? 0);
      setCounts(c, known, frame.user.id);
    }
  },

  sync(state, frame) {
    const c = conversation(state, frame.conversation);
    c.cursor ??= frame.from - 1;
    c.head = Math.max(c.head, frame.to);
    return applyAll(state, frame.conversation, frame.events);
  },
  pulled: (state, frame) => applyAll(state, frame.conversation, frame.events),

  reset(state, frame) {
    const c = conversation(state, frame.conversation);
    if (frame.why === "too_far" && frame.hole && c.atEnd) keepMessagesBefore(c, frame);
    else clear(c);
    c.streams.clear();
    c.held.clear();
    c.head = frame.as_of;
    setCursor(c, frame.as_of);
    if (frame.why === "epoch" || frame.why === "ahead") resetMarks(c);
    for (const wire of frame.messages) insert(c, messageFrom(wire, frame.as_of));
    for (const message of c.messages) if (message.state === "running") c.streams.set(message.seq, message.text);
    c.atStart = c.messages.length ? c.messages[0].seq === 1 : frame.as_of === 0;
    reachEnd(c);
    c.loading = null;
    countNew(c, frame.messages, state.me?.id ?? "");
  },

  cached(state, frame) {
    const c = conversation(state, frame.conversation);
    state.me = frame.me;
    state.epoch = frame.epoch;
    c.title = frame.title;
    setCursor(c, frame.cursor);
    for (const message of frame.messages) {
      insert(c, message);
      if (message.state === "running") c.streams.set(message.seq, message.text);
    }
    c.atStart = c.messages[0]?.seq === 1;
  },

  page: (state, frame) => applyPage(conversation(state, frame.conversation), frame),
  hole: (state, frame) => fillHole(conversation(state, frame.conversation), frame),

  heads(state, frame) {
    for (const [id, head] of Object.entries(frame.heads ?? {})) {
      const c = conversation(state, id);
      c.head = Math.max(c.head, Number(head));
    }
  },

  ai_delta: (state, frame) => appendDelta(conversation(state, frame.conversation), frame),

  typing(state, frame, now) {
    if (personFrom(frame.user).id !== state.me?.id) setTyping(conversation(state, frame.conversation), frame, now);
  },

  presence(state, frame) {
    const c = conversation(state, frame.conversation);
    c.crowd = frame.count ?? 0;
    // A new map each time: views compare it by identity to see whether they must redraw.
    c.present = new Map(frame.state || c.crowd ? [] : c.present);
    for (const wire of frame.state ?? frame.joined ?? []) c.present.set(personFrom(wire).id, personFrom(wire));
    for (const wire of frame.left ?? []) c.present.delete(personFrom(wire).id);
  },

  read(state, frame) {
    markRead(conversation(state, frame.conversation), frame.seq, state.me?.id ?? "");
  },
};

/** @param {State} state @param {any} frame @param {number} now @returns {any[]} */
export function apply(state, frame, now) {
  const writer = Object.hasOwn(writers, frame.type) ? writers[frame.type] : undefined;
  // Durable events of a later protocol version are applied too: an unknown type only moves the cursor.
  if (!writer) return isEvent(frame) && frame.conversation ? applyAll(state, frame.conversation, [frame]) : [];
  if (isMalformed(frame)) {
    console.warn(`A frame of the type ${frame.type} cannot be read.`);
    return [];
  }
  const { messages } = frame;
  return writer(state, messages?.every(isMessage) === false ? { ...frame, messages: messages.filter(isMessage) } : frame, now) ?? [];
}

/** The numbers of the old log are meaningless in a new one. @param {Conversation} c */
function resetMarks(c) {
  c.read = Math.min(c.read, c.head);
  c.divider = c.scrollTarget = c.unseen = null;
}

/** @param {State} state @param {string} id @returns {Conversation} */
export function conversation(state, id) {
  let c = state.conversations.get(id);
  if (!c) state.conversations.set(id, (c = newConversation(id)));
  return c;
}

/** @param {State} state @param {string} id @param {any[]} events */
function applyAll(state, id, events) {
  const c = conversation(state, id);
  const applied = events.filter(isEvent).flatMap((/** @type {any} */ event) => applyInOrder(c, event, state.me?.id));
  countNew(c, applied, state.me?.id ?? "");
  return applied;
}
