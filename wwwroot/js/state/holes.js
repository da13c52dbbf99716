// @ts-check
// Ranges of the log that the server said it leaves out, between what we had before and what is newest.

import { messageFrom } from "./message.js";
import { SLACK, clear, insert, trimBottom, trimTop } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */

/** A reset that announces what it leaves out: what we had before that stays, to be looked at again. @param {Conversation} c @param {any} reset */
export function keepBefore(c, reset) {
  const kept = c.messages.filter((m) => m.seq < reset.hole[0]).slice(-SLACK);
  const from = reset.hole[0];
  const to = (reset.messages[0]?.seq ?? reset.hole[1] + 1) - 1;
  clear(c);
  if (!kept.length || to < from) return;
  c.messages = kept;
  c.holes = [{ id: from, from, to }];
  c.stale = true;
}

/** @param {Conversation} c @param {any} page what stands next to one edge of a hole: to be read downwards from its beginning, or upwards from its end */
export function fillHole(c, page) {
  const { hole, down } = page;
  if (!c.holes.includes(hole)) return;
  const found = page.messages.filter((/** @type {any} */ m) => m.seq >= hole.from && m.seq <= hole.to);
  for (const wire of found) insert(c, messageFrom(wire, page.as_of ?? 0));
  const filled = found.length < page.messages.length || !found.length;
  if (!filled && down) hole.from = found.at(-1).seq + 1;
  if (!filled && !down) hole.to = found[0].seq - 1;
  if (filled || hole.to < hole.from) c.holes = c.holes.filter((h) => h !== hole);
  // As with pages: what is far from the reader goes, and comes again on scrolling.
  if (down) trimBottom(c);
  else trimTop(c);
}
