// @ts-check
// Types of the state, for the type checker only; no code is loaded from here.

/** @typedef {{id: string, name: string, role?: string}} Person */

/**
 * @typedef {object} Message a message with its later changes folded in
 * @property {number} seq its number in the log
 * @property {Person} sender
 * @property {"user_message" | "ai_response" | "system"} kind
 * @property {string} text
 * @property {number} at Unix time in ms
 * @property {string} [key] the idempotency key that the sender chose
 * @property {number} [replyTo]
 * @property {"running" | "done" | "stopped" | "failed" | "interrupted"} [state] of an answer
 * @property {string} [model]
 * @property {{from: number, to: number, messages: number}} [context] the messages that the model was given
 * @property {{input_tokens: number, output_tokens: number}} [usage]
 * @property {string} [error]
 * @property {boolean} [edited]
 * @property {boolean} [deleted]
 * @property {number} asOf the seq of the last change folded in
 */

/**
 * @typedef {{seq: number, highlight: boolean, offset?: number, ifAbove?: boolean}} ScrollTarget
 *   with `ifAbove` the view scrolls only if the message is above what is in view
 */

/** @typedef {{id: number, from: number, to: number}} Hole a range that is not loaded; the id stays while it is being filled */

/**
 * @typedef {object} Conversation a window of messages on the log, and the position in the log
 * @property {string} id
 * @property {string} title
 * @property {number} head the highest seq known to exist
 * @property {number | null} cursor the last seq applied; null before the first sync or reset
 * @property {number} read the read position: the last seq that the user has seen
 * @property {number} unread the number of others' messages after it
 * @property {number} countedTo the last seq included in `unread`
 * @property {number} reportedRead the read position that the server has
 * @property {boolean} entered whether the read position is known and the divider was set
 * @property {number | null} divider the unread divider is above the first message after this seq
 * @property {Message[]} messages in order of seq, at most WINDOW of them
 * @property {Message[]} tail the newest messages, kept while the window does not reach the end
 * @property {boolean} atStart whether the window begins with the first message of the log
 * @property {boolean} atEnd whether the window reaches the newest message
 * @property {Hole[]} holes ranges inside the window that are not loaded
 * @property {boolean} following whether the reader is at the newest message
 * @property {ScrollTarget | null} scrollTarget the message that the view scrolls to once it is loaded
 * @property {{count: number, first: number} | null} unseen messages that arrived while the reader was not at the end
 * @property {"before" | "after" | "around" | "refresh" | null} loading
 * @property {number} turn counts page requests: only the reply to the last one is applied
 * @property {boolean} stale whether messages before a hole may have changed in the skipped range
 * @property {Map<number, any>} held durable events that wait for missing ones before them, by seq
 * @property {Map<number, string>} streams text received so far of running answers, by seq
 * @property {Map<string, {name: string, until: number}>} typing
 * @property {Map<string, Person> | null} present the people who are here; null until the server has sent them
 * @property {number} crowd the number of people here if they are too many to be listed, else 0
 */

/**
 * @typedef {object} State
 * @property {Person | null} me
 * @property {string | null} epoch the log that the cursors belong to
 * @property {{text_bytes: number, frame_bytes: number}} limits
 * @property {Map<string, Conversation>} conversations
 * @property {string} current
 */

export {};
