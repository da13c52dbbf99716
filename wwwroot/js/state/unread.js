// @ts-check

/** How many messages of others came after what this person has read. @param {import("./types.js").Conversation} c @param {string} me */
export function unread(c, me) {
  let count = c.atEnd ? 0 : (c.unseen?.count ?? 0);
  for (let i = c.messages.length - 1; i >= 0 && c.messages[i].seq > c.read; i--) {
    if (c.messages[i].sender.id !== me) count++;
  }
  return count;
}
