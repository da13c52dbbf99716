// @ts-check
// How many messages of others came after what this person has read: what the server counted at the opening, and what
// came since. The window of messages alone would not know: it may begin later.

/** @typedef {import("./types.js").Conversation} Conversation */

/** @param {Conversation} c @param {any} card the conversation as it stands in `welcome` @param {string} me */
export function counted(c, card, me) {
  c.told = card.read ?? 0;
  c.countedTo = card.head ?? 0;
  if (c.told >= c.read) {
    c.read = c.told;
    c.unread = card.unread ?? 0;
    return;
  }
  // The server has missed the last mark: what this page has seen is read, what it is about to get is counted as it comes.
  c.unread = after(c, c.read, me);
  c.countedTo = c.cursor ?? c.countedTo;
}

/** @param {Conversation} c @param {any[]} events durable events as they are applied @param {string} me */
export function came(c, events, me) {
  for (const event of events) {
    if (event.type !== "message" || event.seq <= c.countedTo) continue;
    c.countedTo = event.seq;
    if (event.sender?.id !== me && event.seq > c.read) c.unread++;
  }
}

/** @param {Conversation} c @param {number} seq @param {string} me */
export function readTo(c, seq, me) {
  if (seq <= c.read) return;
  c.read = seq;
  c.unread = seq >= c.countedTo ? 0 : Math.min(c.unread, after(c, seq, me) + (c.atEnd ? 0 : (c.unseen?.count ?? 0)));
}

/** @param {Conversation} c @param {number} seq @param {string} me */
function after(c, seq, me) {
  let count = 0;
  for (let i = c.messages.length - 1; i >= 0 && c.messages[i].seq > seq; i--) if (c.messages[i].sender.id !== me) count++;
  return count;
}
