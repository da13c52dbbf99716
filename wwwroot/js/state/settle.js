// @ts-check
import { conversation } from "./apply.js";

/**
 * Letters that the log has are no longer ours to send, whether the echo came, a page of history, or only the cursor.
 * @param {import("../net/outbox.js").Outbox} outbox @param {import("./types.js").State} state
 * @param {any[]} messages what was just applied
 */
export function settle(outbox, state, messages) {
  if (!outbox.letters.length) return;
  for (const { key, sender } of messages) {
    if (key && sender?.id === state.me?.id) outbox.remove(key);
  }
  for (const letter of [...outbox.letters]) {
    const { cursor } = conversation(state, letter.conversation);
    if (letter.seq && cursor !== null && cursor >= letter.seq) outbox.remove(letter.key);
  }
}
