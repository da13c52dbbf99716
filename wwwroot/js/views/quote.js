// @ts-check
// What a message answers, where that does not stand right above it: one line, a link to it.

import { h } from "../lib/dom.js";
import { address } from "../state/places.js";

const MAX_CHARS = 160;

/** @param {HTMLElement} el @param {import("./message.js").MessageRow} row @param {string} conversation */
export function updateQuote(el, row, conversation) {
  const quoted = row.type === "message" ? row.quoted : null;
  const words = quoted ? (quoted.message ? `${quoted.message.sender.name}: ${quoted.message.text.slice(0, MAX_CHARS)}` : "an earlier message") : "";
  if (el.dataset.says === words) return;
  el.dataset.says = words;
  el.hidden = !quoted;
  el.replaceChildren();
  if (quoted) el.append(h("span", { class: "unseen" }, "In reply to "), h("a", { href: address(conversation, quoted.seq), tabindex: "-1" }, words));
}
