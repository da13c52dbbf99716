// @ts-check
// Counts unread messages: the server's count at the time of `welcome` plus the messages since. The loaded window is not
// enough, because it may begin after the read position.

/** @typedef {import("./types.js").Conversation} Conversation */

/** @param {Conversation} c @param {any} entry the conversation's entry in `welcome` @param {string} me */
export function setCounts(c, entry, me) {
  c.reportedRead = entry.read ?? 0;
  c.countedTo = entry.head ?? 0;
  if (c.reportedRead >= c.read) {
    c.read = c.reportedRead;
    c.unread = entry.unread ?? 0;
    return;
  }
  // The server did not get this page's last read position: count from the page's own, and count replayed messages as
  // they arrive.
  c.unread = countAfter(c, c.read, me);
  c.countedTo = c.cursor ?? c.countedTo;
}

/** @param {Conversation} c @param {any[]} events durable events as they are applied @param {string} me */
export function countNew(c, events, me) {
  for (const event of events) {
    if (event.type !== "message" || event.seq <= c.countedTo) continue;
    c.countedTo = event.seq;
    if (event.sender?.id !== me && event.seq > c.read) c.unread++;
  }
}

/** @param {Conversation} c @param {number} seq @param {string} me */
export function markRead(c, seq, me) {
  if (seq <= c.read) return;
  const before = c.read;
  c.read = seq;
  if (seq >= c.countedTo) c.unread = 0;
  // The window has the messages that are read now, but perhaps not all that are still unread.
  else if (hasAllAfter(c, before, seq)) c.unread = Math.max(0, c.unread - countAfter(c, before, me) + countAfter(c, seq, me));
  else c.unread = Math.min(c.unread, countAfter(c, seq, me) + (c.atEnd ? 0 : (c.unseen?.count ?? 0)));
}

/**
 * The read position of a reader who has messages in view: it does not pass an unread message that was not.
 * @param {Conversation} c @param {number} first the first message in view @param {number} last the last one whose end is in view
 * @param {string} me @returns {number}
 */
export function seenTo(c, first, last, me) {
  if (last <= c.read || !hasAllAfter(c, c.read, first)) return c.read;
  if (c.messages.some((m) => m.seq > c.read && m.seq < first && m.sender.id !== me)) return c.read;
  const hole = c.holes.find(({ to }) => to > c.read && to < last);
  if (hole) return c.messages.findLast((m) => m.seq < hole.from)?.seq ?? c.read;
  // The events after the newest message, such as edits, have no rows of their own.
  return c.atEnd && last === c.messages.at(-1)?.seq ? (c.cursor ?? last) : last;
}

/** Whether all messages after `from` and up to `to` are in the window. @param {Conversation} c @param {number} from @param {number} to */
function hasAllAfter(c, from, to) {
  const first = c.messages[0]?.seq ?? Infinity;
  const last = c.messages.at(-1)?.seq ?? 0;
  return (c.atStart || first <= from + 1) && to <= last && !c.holes.some((hole) => hole.to > from && hole.from <= to);
}

/** @param {Conversation} c @param {number} seq @param {string} me */
function countAfter(c, seq, me) {
  let count = 0;
  for (let i = c.messages.length - 1; i >= 0 && c.messages[i].seq > seq; i--) if (c.messages[i].sender.id !== me) count++;
  return count;
}
