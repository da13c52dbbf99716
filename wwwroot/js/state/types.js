// @ts-check
// The nouns of the state, for the type checker; nothing is loaded from here at run time.

/** @typedef {{id: string, name: string, role?: string}} Person */

/**
 * @typedef {object} Message as it is now: later changes are folded in
 * @property {number} seq its number and its place
 * @property {Person} sender
 * @property {"user_message" | "ai_response" | "system"} kind
 * @property {string} text
 * @property {string} [html] only where the text has markup
 * @property {number} at milliseconds
 * @property {string} [key] the sender's own id of the send
 * @property {number} [replyTo]
 * @property {"running" | "done" | "stopped" | "failed" | "interrupted"} [state] of an answer
 * @property {string} [model]
 * @property {{from: number, to: number, messages: number}} [context] what an answer was made from
 * @property {{input_tokens: number, output_tokens: number}} [usage]
 * @property {string} [error]
 * @property {boolean} [edited]
 * @property {boolean} [deleted]
 * @property {number} asOf the last change folded in
 */

/** @typedef {{id: number, from: number, to: number}} Hole a range of the log; its id stays while it is being filled */

/**
 * @typedef {object} Conversation a window of messages on the log, and our place in the log
 * @property {string} id
 * @property {string} title
 * @property {number} head the highest seq known to exist
 * @property {number | null} cursor the last seq applied; null before the first sync or reset
 * @property {number} read the last seq this person has seen
 * @property {number} unread messages of others after it
 * @property {number} countedTo up to which seq they are counted
 * @property {number} told the `read` that the server has
 * @property {boolean} entered whether `read` is known and the divider was set
 * @property {number | null} divider the unread divider stands above the first message after this seq
 * @property {Message[]} messages in order of seq, at most WINDOW of them
 * @property {Message[]} tail the newest messages, kept while the window is elsewhere
 * @property {boolean} atStart nothing older exists
 * @property {boolean} atEnd the window reaches the newest message
 * @property {Hole[]} holes announced ranges inside the window that were not loaded
 * @property {boolean} following whether the reader is at the newest message
 * @property {{seq: number, lit: boolean, offset?: number} | null} landing the message the view shall go to once it is there
 * @property {{count: number, first: number} | null} unseen what came while the reader was elsewhere in the window
 * @property {"before" | "after" | "around" | "refresh" | null} loading
 * @property {number} turn counts the pages asked for: only the answer to the last one counts
 * @property {boolean} stale whether what stands before a hole may have changed inside it
 * @property {Map<number, any>} held durable events that came too early
 * @property {Map<number, string>} streams text so far of running answers
 * @property {Map<string, {name: string, until: number}>} typing
 * @property {Map<string, Person> | null} present null until the server says who is here
 * @property {number} crowd how many are here where they are too many to be named; else 0
 */

/**
 * @typedef {object} State
 * @property {Person | null} me
 * @property {string | null} epoch which log the cursors belong to
 * @property {{text_bytes: number, frame_bytes: number}} limits
 * @property {Map<string, Conversation>} conversations
 * @property {string} current
 */

export {};
