// @ts-check
// The messages in memory are one window on the log, bounded whatever the history: what leaves at one end is loaded
// again when the reader comes back to it.

import { messageFrom } from "./message.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */

export const WINDOW = 300;
export const SLACK = 60;
const TAIL = 50;

/** @param {string} id @returns {Conversation} */
export function newConversation(id) {
  return {
    id, title: id, head: 0, cursor: null, read: 0, unread: 0, countedTo: 0, told: 0, entered: false, divider: null,
    messages: [], tail: [], atStart: false, atEnd: true, holes: [],
    following: true, landing: null, unseen: null, loading: null, turn: 0, stale: false,
    held: new Map(), streams: new Map(), typing: new Map(), present: null, crowd: 0,
  };
}

/** @param {Conversation} c @param {number} seq */
export function find(c, seq) {
  return versions(c, seq)[0];
}

/** A message may stand in the window and in the tail. @param {Conversation} c @param {number} seq */
export function versions(c, seq) {
  return [c.messages[place(c, seq)], c.tail.find((m) => m.seq === seq)].filter((m) => m !== undefined && m.seq === seq);
}

/** @param {Conversation} c @param {Message} message the newer of two versions stays */
export function insert(c, message) {
  const at = place(c, message.seq);
  const there = c.messages[at];
  if (there?.seq !== message.seq) c.messages.splice(at, 0, message);
  else if (message.asOf > there.asOf) c.messages[at] = message;
}

/** A new message at the end of the log: shown if the window reaches it and the reader's place allows. @param {Conversation} c @param {Message} message */
export function append(c, message) {
  if (c.atEnd && !c.following && c.messages.length >= WINDOW + SLACK) leaveEnd(c);
  if (!c.atEnd) {
    c.tail = [...c.tail, message].slice(-TAIL);
    return;
  }
  insert(c, message);
  if (c.following) trimTop(c);
}

/** The window leaves the end of the log. The newest messages stay in memory: the way back is short and needs no line. @param {Conversation} c */
function leaveEnd(c) {
  if (!c.atEnd) return;
  c.atEnd = false;
  const from = c.holes.at(-1)?.to ?? 0;
  c.tail = c.messages.slice(-TAIL).filter((m) => m.seq > from);
}

/** @param {Conversation} c @returns {boolean} whether the window is at the end of the log now */
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
export function turnPage(c, page) {
  if (page.where === "around") {
    leaveEnd(c);
    clear(c);
  }
  // What stood before a hole is replaced by what stands there now.
  if (page.where === "refresh") c.messages = c.messages.filter((m) => m.seq > (c.holes.at(-1)?.to ?? 0));
  for (const wire of page.messages) insert(c, messageFrom(wire, page.as_of ?? 0));
  if (page.where !== "after") c.atStart = Boolean(page.at_start);
  // The page may be older than what was applied while it was on its way: then its end is not the log's end.
  if (page.where !== "before" && page.where !== "refresh" && page.at_end && (page.as_of ?? Infinity) >= (c.cursor ?? 0)) reachEnd(c);
  // Whoever went back to the end while an older page was on its way stays there.
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

/** Where `seq` is or belongs. @param {Conversation} c @param {number} seq */
function place(c, seq) {
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
