// @ts-check
// Validates frames before they are applied. A correct server never sends an invalid frame, but a proxy, a corrupted
// database or an unknown version might, and it must not break the page.

/** @type {Record<string, Record<string, string>>} */
const FIELDS = {
  welcome: { epoch: "string", user: "object" },
  sync: { conversation: "string", from: "number", to: "number", events: "array" },
  pulled: { conversation: "string", events: "array" },
  reset: { conversation: "string", as_of: "number", messages: "array" },
  page: { conversation: "string", messages: "array" },
  hole: { conversation: "string", messages: "array" },
  message: { sender: "object", text: "string" },
  answered: { message: "number", state: "string" },
  ai_delta: { conversation: "string", message: "number", offset: "number", text: "string" },
  typing: { conversation: "string", user: "object" },
  presence: { conversation: "string", state: "array?", joined: "array?", left: "array?" },
  read: { conversation: "string", seq: "number" },
};

/** Whether a frame of a known type lacks a required field or has one of the wrong type. @param {any} frame */
export function isMalformed(frame) {
  const fields = Object.hasOwn(FIELDS, frame.type) ? FIELDS[frame.type] : {};
  return Object.entries(fields).some(([field, type]) => !is(frame[field], type));
}

/** Whether it is a durable event: an object with a positive integer seq. @param {any} event */
export const isEvent = (event) => is(event, "object") && Number.isInteger(event.seq) && event.seq > 0;

/** Whether it is a message of a page or a reset. @param {any} message */
export const isMessage = (message) => isEvent(message) && is(message.sender, "object");

/** @param {any} value @param {string} type @returns {boolean} */
function is(value, type) {
  if (type.endsWith("?")) return value === undefined || is(value, type.slice(0, -1));
  if (type === "array") return Array.isArray(value);
  return type === "object" ? Boolean(value) && typeof value === "object" : typeof value === type;
}
