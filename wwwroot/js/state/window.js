// @ts-check
// The messages in memory are one window on the log, bounded whatever the history: what leaves at one end is loaded
// again when the reader comes back to it.

import { messageFrom } from "./message.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */

export const WINDOW = 300;
const SLACK = 60;

/** @param {string} id @returns {Conversation} */
export function newConversation(id) {
  return {
    id, title: id, head: 0, cursor: null, read: 0, unread: 0, countedTo: 0, told: 0, entered: false, divider: null,
    messages: [], atStart: false, atEnd: true, holes: [], following: true, landing: null, unseen: null, loading: null, stale: false,
    held: new Map(), streams: new Map(), typing: new Map(), present: null, crowd: 0,
  };
}

/** @param {Conversation} c @param {number} seq */
export function find(c, seq) {
  const at = place(c, seq);
  return c.messages[at]?.seq === seq ? c.messages[at] : undefined;
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
  if (!c.following) c.unseen = { count: (c.unseen?.count ?? 0) + 1, first: c.unseen?.first ?? message.seq };
  if (!c.atEnd) return;
  if (!c.following && c.messages.length >= WINDOW + SLACK) {
    c.atEnd = false;
    return;
  }
  insert(c, message);
  if (c.following) trimTop(c);
}

/** A page of history. @param {Conversation} c @param {any} page with `where`: before, after, around or refresh */
export function turnPage(c, page) {
  if (page.where === "around") clear(c);
  // What stood before a hole is replaced by what stands there now.
  if (page.where === "refresh") c.messages = c.messages.filter((m) => m.seq > (c.holes.at(-1)?.to ?? 0));
  for (const wire of page.messages) insert(c, messageFrom(wire, page.as_of ?? 0));
  if (page.where !== "after") c.atStart = Boolean(page.at_start);
  // The page may be older than what was applied while it was on its way: then its end is not the log's end.
  if (page.where === "after" || page.where === "around") c.atEnd = Boolean(page.at_end) && (page.as_of ?? Infinity) >= (c.cursor ?? 0);
  if (page.where === "before") trimBottom(c);
  else trimTop(c);
  c.loading = null;
  c.stale = false;
}

/** @param {Conversation} c @param {any} page the newest messages before a hole's end */
export function fillHole(c, page) {
  const hole = c.holes.find((h) => h.from === page.hole.from);
  if (!hole) return;
  const found = page.messages.filter((/** @type {any} */ m) => m.seq >= hole.from && m.seq <= hole.to);
  for (const wire of found) insert(c, messageFrom(wire, page.as_of ?? 0));
  if (found.length < page.messages.length || !found.length || page.at_start) c.holes = c.holes.filter((h) => h !== hole);
  else hole.to = found[0].seq - 1;
  if (hole.to < hole.from) c.holes = c.holes.filter((h) => h !== hole);
}

/** @param {Conversation} c */
export function clear(c) {
  c.messages = [];
  c.holes = [];
  c.stale = false;
}

/** A reset that announces what it leaves out: what we had before that stays, to be looked at again. @param {Conversation} c @param {any} reset */
export function keepBefore(c, reset) {
  const kept = c.messages.filter((m) => m.seq < reset.hole[0]).slice(-SLACK);
  const from = reset.hole[0];
  const to = (reset.messages[0]?.seq ?? reset.hole[1] + 1) - 1;
  clear(c);
  if (!kept.length || to < from) return;
  c.messages = kept;
  c.holes = [{ from, to }];
  c.stale = true;
}

/** @param {Conversation} c */
function trimTop(c) {
  if (c.messages.length <= WINDOW + SLACK) return;
  c.messages.splice(0, c.messages.length - WINDOW);
  c.atStart = false;
  forgetHoles(c);
}

/** @param {Conversation} c */
function trimBottom(c) {
  if (c.messages.length <= WINDOW + SLACK) return;
  c.messages.length = WINDOW;
  c.atEnd = false;
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
