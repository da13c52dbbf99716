// @ts-check
import { conversation } from "./apply.js";

/**
 * Removes messages from the outbox that are in the log: found by key in applied events or a page, or by seq once the
 * cursor has passed it.
 * @param {import("../net/outbox.js").Outbox} outbox @param {import("./types.js").State} state
 * @param {any[]} messages the messages just applied
 */
export function removeConfirmed(outbox, state, messages) {
  if (!outbox.entries.length) return;
  for (const { key, sender } of messages) {
    if (key && sender?.id === state.me?.id) outbox.remove(key);
  }
  for (const entry of [...outbox.entries]) {
    const { cursor } = conversation(state, entry.conversation);
    if (entry.seq && cursor !== null && cursor >= entry.seq) outbox.remove(entry.key);
  }
}
