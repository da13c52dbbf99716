// @ts-check
// The messages in memory are a bounded window on the log. Messages dropped at one end load again when the reader
// scrolls back to them.

import { messageFrom } from "./message.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */

export const WINDOW = 300;
export const SLACK = 60;
const TAIL = 50;

/** @param {string} id @returns {Conversation} */
export function newConversation(id) {
  return {
    id, title: id, head: 0, cursor: null, read: 0, unread: 0, countedTo: 0, reportedRead: 0, entered: false, divider: null,
    messages: [], tail: [], atStart: false, atEnd: true, holes: [],
    following: true, scrollTarget: null, unseen: null, loading: null, turn: 0, stale: false,
    held: new Map(), streams: new Map(), typing: new Map(), present: null, crowd: 0,
  };
}

/** @param {Conversation} c @param {number} seq */
export function find(c, seq) {
  return versions(c, seq)[0];
}

/** All copies of a message: it may be in the window and in the tail. @param {Conversation} c @param {number} seq @returns {Message[]} */
export function versions(c, seq) {
  const found = [c.messages[indexOf(c, seq)], c.tail.find((m) => m.seq === seq)];
  return /** @type {Message[]} */ (found.filter((m) => m !== undefined && m.seq === seq));
}

/** @param {Conversation} c @param {Message} message replaces an older version of itself, never a newer one */
export function insert(c, message) {
  const at = indexOf(c, message.seq);
  const there = c.messages[at];
  if (there?.seq !== message.seq) c.messages.splice(at, 0, message);
  else if (message.asOf > there.asOf) c.messages[at] = message;
}

/** Adds the newest message: to the window if it reaches the end, else only to the tail. @param {Conversation} c @param {Message} message */
export function append(c, message) {
  if (c.atEnd && !c.following && c.messages.length >= WINDOW + SLACK) leaveEnd(c);
  if (!c.atEnd) {
    c.tail = [...c.tail, message].slice(-TAIL);
    return;
  }
  insert(c, message);
  if (c.following) trimTop(c);
}

/** The window stops reaching the end. `tail` keeps the newest messages: returning needs no request. @param {Conversation} c */
function leaveEnd(c) {
  if (!c.atEnd) return;
  c.atEnd = false;
  const from = c.holes.at(-1)?.to ?? 0;
  c.tail = c.messages.slice(-TAIL).filter((m) => m.seq > from);
}

/** @param {Conversation} c @returns {boolean} whether the window now reaches the end of the log */
export function returnToEnd(c) {
  if (c.atEnd || !c.tail.length) return c.atEnd;
  clear(c);
  c.messages = c.tail;
  c.atStart = c.messages[0].seq === 1;
  c.loading = null;
  reachEnd(c);
  return true;
}

/** @param {Conversation} c */
export function reachEnd(c) {
  c.atEnd = true;
  c.tail = [];
}

/** A page of history. @param {Conversation} c @param {any} page with `where`: before, after, around or refresh */
export function applyPage(c, page) {
  if (page.where === "around") {
    leaveEnd(c);
    clear(c);
  }
  // The page replaces all messages before the hole.
  if (page.where === "refresh") c.messages = c.messages.filter((m) => m.seq > (c.holes.at(-1)?.to ?? 0));
  for (const wire of page.messages) insert(c, messageFrom(wire, page.as_of ?? 0));
  if (page.where !== "after") c.atStart = Boolean(page.at_start);
  // Newer events may have been applied since the server built the page: then its end is not the end of the log.
  if (page.where !== "before" && page.where !== "refresh" && page.at_end && (page.as_of ?? Infinity) >= (c.cursor ?? 0)) reachEnd(c);
  // If the reader returned to the end while an older page was loading, the end must stay in the window.
  if (page.where === "before" && !c.following) trimBottom(c);
  else trimTop(c);
  c.loading = null;
  c.stale = false;
}

/** @param {Conversation} c */
export function clear(c) {
  c.messages = [];
  c.holes = [];
  c.stale = false;
}

/** @param {Conversation} c */
export function trimTop(c) {
  if (c.messages.length <= WINDOW + SLACK) return;
  c.messages.splice(0, c.messages.length - WINDOW);
  c.atStart = false;
  forgetHoles(c);
}

/** @param {Conversation} c */
export function trimBottom(c) {
  if (c.messages.length <= WINDOW + SLACK) return;
  leaveEnd(c);
  c.following = false;
  c.messages.length = WINDOW;
  forgetHoles(c);
}

/** @param {Conversation} c */
function forgetHoles(c) {
  const first = c.messages[0].seq;
  const last = c.messages[c.messages.length - 1].seq;
  c.holes = c.holes.filter((hole) => hole.from > first && hole.to < last);
}

/** The index of `seq` in the window, or where to insert it. @param {Conversation} c @param {number} seq */
function indexOf(c, seq) {
  let low = 0;
  let high = c.messages.length;
  if (high && c.messages[high - 1].seq < seq) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (c.messages[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
