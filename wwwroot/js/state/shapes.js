// @ts-check
// What a frame has to look like before anything is written from it. A server never sends another one; a middle box, a
// broken disk or a version that we do not know might, and must not break the page.

/** @type {Record<string, Record<string, string>>} */
const SHAPES = {
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

/** Of a known type and misshapen; what is unknown is for others to judge. @param {any} frame */
export function misshapen(frame) {
  const shape = Object.hasOwn(SHAPES, frame.type) ? SHAPES[frame.type] : {};
  return Object.entries(shape).some(([field, type]) => !is(frame[field], type));
}

/** @param {any} event of the log */
export const isEvent = (event) => is(event, "object") && Number.isInteger(event.seq) && event.seq > 0;

/** @param {any} message a folded one, of a page or a reset */
export const isMessage = (message) => isEvent(message) && is(message.sender, "object");

/** @param {any} value @param {string} type */
function is(value, type) {
  if (type.endsWith("?")) return value === undefined || is(value, type.slice(0, -1));
  if (type === "array") return Array.isArray(value);
  return type === "object" ? Boolean(value) && typeof value === "object" : typeof value === type;
}
