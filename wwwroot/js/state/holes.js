// @ts-check
// Holes: ranges of the log between the older messages we have and the newest ones, which the server did not replay.

import { messageFrom } from "./message.js";
import { SLACK, clear, insert, trimBottom, trimTop } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */

/**
 * Handles a reset that names the skipped range: keeps the messages before it, marked stale because they may have changed.
 * @param {Conversation} c @param {any} reset
 */
export function keepMessagesBefore(c, reset) {
  const kept = c.messages.filter((m) => m.seq < reset.hole[0]).slice(-SLACK);
  const from = reset.hole[0];
  const to = (reset.messages[0]?.seq ?? reset.hole[1] + 1) - 1;
  clear(c);
  if (!kept.length || to < from) return;
  c.messages = kept;
  c.holes = [{ id: from, from, to }];
  c.stale = true;
}

/** @param {Conversation} c @param {any} page messages at one edge of the hole; `down` means from its beginning, else from its end */
export function fillHole(c, page) {
  const { hole, down } = page;
  if (!c.holes.includes(hole)) return;
  const found = page.messages.filter((/** @type {any} */ m) => m.seq >= hole.from && m.seq <= hole.to);
  for (const wire of found) insert(c, messageFrom(wire, page.as_of ?? 0));
  const filled = found.length < page.messages.length || !found.length;
  if (!filled && down) hole.from = found.at(-1).seq + 1;
  if (!filled && !down) hole.to = found[0].seq - 1;
  if (filled || hole.to < hole.from) c.holes = c.holes.filter((h) => h !== hole);
  // As with pages of history, messages far from the reader are dropped and load again on scrolling.
  if (down) trimBottom(c);
  else trimTop(c);
}
