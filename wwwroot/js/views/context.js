// @ts-check
// Shows on click which messages the model was given for an answer.

import { h, icon } from "../lib/dom.js";
import { address } from "../state/navigation.js";

let made = 0;

/** @typedef {{from: number, to: number, messages: number}} AnswerContext */

/** @param {AnswerContext} context @param {string} conversation @returns {Node[]} the button, and the panel that it opens */
export function contextParts(context, conversation) {
  const id = `context-${++made}`;
  const panel = h("p", { class: "context", id, hidden: true }, ...sentence(context, conversation));
  const button = h("button", {
    class: "context-button", type: "button", tabindex: "-1", "aria-expanded": "false", "aria-controls": id, on: { click },
  }, "Context", icon("open"));

  function click() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  }

  return [button, panel];
}

/** @param {AnswerContext} context @param {string} conversation @returns {(Node | string)[]} */
function sentence({ from, to, messages }, conversation) {
  /** @param {number} seq */
  const link = (seq) => h("a", { href: address(conversation, seq), tabindex: "-1" }, `#${seq}`);
  if (messages <= 1) return ["The model was given only the question, ", link(to), "."];
  return [`The model was given ${messages.toLocaleString()} messages, from `, link(from), " to the question, ", link(to), "."];
}
