// @ts-check
// What an answer was made from, one click away: which messages the model was shown, and that it was shown no others.

import { h, icon } from "../lib/dom.js";
import { address } from "../state/places.js";

let made = 0;

/** @typedef {{from: number, to: number, messages: number}} Context */

/** @param {Context} saw @param {string} conversation @returns {Node[]} the button for the quiet line, and what it opens */
export function sawParts(saw, conversation) {
  const id = `saw-${++made}`;
  const panel = h("p", { class: "saw", id, hidden: true }, ...sentence(saw, conversation));
  const button = h("button", { class: "saw-button", type: "button", tabindex: "-1", "aria-expanded": "false", "aria-controls": id, on: { click } },
    "What it saw", icon("open"));

  function click() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  }

  return [button, panel];
}

/** @param {Context} saw @param {string} conversation @returns {(Node | string)[]} */
function sentence({ from, to, messages }, conversation) {
  /** @param {number} seq */
  const link = (seq) => h("a", { href: address(conversation, seq), tabindex: "-1" }, `#${seq}`);
  if (messages <= 1) return ["Only the question, ", link(to), ". Nothing else of this room."];
  return [`${messages.toLocaleString()} messages, from `, link(from), " to the question, ", link(to), ". Nothing before, nothing outside this room."];
}
