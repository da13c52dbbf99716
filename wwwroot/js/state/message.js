// @ts-check
// Converts messages and persons from their wire format.

/** @typedef {import("./types.js").Message} Message */

/** @param {any} wire a `message` event, or a message of a page or a reset @param {number} asOf @returns {Message} */
export function messageFrom(wire, asOf) {
  return {
    seq: wire.seq,
    sender: personFrom(wire.sender),
    kind: wire.kind ?? "user_message",
    text: wire.text ?? "",
    at: Date.parse(wire.at) || 0,
    key: wire.key,
    replyTo: wire.reply_to,
    state: wire.state,
    model: wire.model,
    context: wire.context,
    usage: wire.usage,
    error: wire.error,
    edited: Boolean(wire.edited ?? wire.edited_at),
    deleted: Boolean(wire.deleted ?? wire.deleted_at),
    asOf: Math.max(asOf, wire.seq),
  };
}

/** On the wire a person is an object, or only an id in some events. @param {any} wire @returns {import("./types.js").Person} */
export function personFrom(wire) {
  if (wire && typeof wire === "object") return { id: String(wire.id), name: String(wire.name ?? wire.id), role: wire.role };
  return { id: String(wire ?? ""), name: String(wire ?? "") };
}
