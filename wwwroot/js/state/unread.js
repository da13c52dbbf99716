// @ts-check
// Counts unread messages: the server's count at the time of `welcome` plus the messages since. The loaded window is not
// enough, because it may begin after the read mark.

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
  // The server did not get this page's last read mark: count from the page's own mark, and count replayed messages as
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
  c.read = seq;
  c.unread = seq >= c.countedTo ? 0 : Math.min(c.unread, countAfter(c, seq, me) + (c.atEnd ? 0 : (c.unseen?.count ?? 0)));
}

/** @param {Conversation} c @param {number} seq @param {string} me */
function countAfter(c, seq, me) {
  let count = 0;
  for (let i = c.messages.length - 1; i >= 0 && c.messages[i].seq > seq; i--) if (c.messages[i].sender.id !== me) count++;
  return count;
}
