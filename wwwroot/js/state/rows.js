// @ts-check
// The rows of the timeline as plain data: day captions, the unread divider, holes, grouped messages, and then the user's
// own messages that are not in the log yet. A pure function of the state.

import { dayKey } from "../lib/time.js";
import { find } from "./window.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Person} Person */
/** @typedef {import("../net/outbox.js").OutboxEntry} OutboxEntry */

/**
 * @typedef {{id: string, type: "start", empty: boolean}
 *   | {id: string, type: "wait", where: "before" | "after"}
 *   | {id: string, type: "day", at: number}
 *   | {id: string, type: "divider", since: number}
 *   | {id: string, type: "hole", hole: import("./types.js").Hole}
 *   | {id: string, type: "message", first: boolean, own: boolean, message: Message, text: string, quoted: Quoted | null}
 *   | {id: string, type: "unsent", first: boolean, entry: OutboxEntry, sender: Person}} Row
 */

/** @typedef {{seq: number, message: Message | undefined}} Quoted */

const GROUP_MS = 5 * 60_000;

/** @param {Conversation} c @param {OutboxEntry[]} entries @param {Person} me @returns {Row[]} */
export function rowsOf(c, entries, me) {
  /** @type {Row[]} */
  const rows = [];
  const empty = !c.messages.length && !entries.length;
  // Before the first page only unsent messages are known.
  if (c.cursor !== null) rows.push(c.atStart ? { id: "start", type: "start", empty } : { id: "before", type: "wait", where: "before" });

  /** @type {{sender: string, at: number, day: string} | null} */
  let last = null;
  let day = "";
  let divided = c.divider === null;
  const holes = [...c.holes];

  /** @param {string} sender @param {number} at @param {boolean} alone */
  const startsGroup = (sender, at, alone) => {
    const first = alone || !last || last.sender !== sender || at - last.at > GROUP_MS || last.day !== day;
    last = { sender, at, day };
    return first;
  };
  /** Adds a caption if `at` is on a later day; a wrong clock never leads back to an earlier one. @param {number} at */
  const enterDay = (at) => {
    const key = dayKey(at);
    if (key <= day) return;
    day = key;
    rows.push({ id: `day:${key}`, type: "day", at });
  };

  /** @type {Message | null} */
  let previous = null;
  /** @param {Message} message */
  const divideBefore = (message) => {
    if (divided || message.seq <= /** @type {number} */ (c.divider)) return;
    divided = true;
    // Only between two messages: the message before the first loaded one is not known.
    if (previous) rows.push({ id: "divider", type: "divider", since: previous.at });
    last = null;
  };
  for (const message of c.messages) {
    if (holes.length && message.seq > holes[0].to) {
      const hole = /** @type {import("./types.js").Hole} */ (holes.shift());
      // The first unread message is one of those that are not loaded.
      divideBefore(message);
      rows.push({ id: `hole:${hole.id}`, type: "hole", hole });
      last = null;
    }
    enterDay(message.at);
    divideBefore(message);
    const { replyTo } = message;
    const quoted = replyTo && replyTo !== previous?.seq ? { seq: replyTo, message: find(c, replyTo) } : null;
    previous = message;
    const own = message.sender.id === me.id;
    const first = startsGroup(message.sender.id, message.at, message.kind !== "user_message");
    const id = own && message.key ? `key:${message.key}` : `seq:${message.seq}`;
    const text = c.streams.get(message.seq) ?? message.text;
    rows.push({ id, type: "message", first, own, message, quoted, text: message.state === "running" ? text : message.text });
  }
  if (!c.atEnd) {
    rows.push({ id: "after", type: "wait", where: "after" });
    return rows;
  }
  for (const entry of entries) {
    if (entry.conversation !== c.id) continue;
    const at = entry.at ?? entry.queuedAt;
    enterDay(at);
    rows.push({ id: `key:${entry.key}`, type: "unsent", first: startsGroup(me.id, at, false), entry, sender: me });
  }
  return rows;
}
