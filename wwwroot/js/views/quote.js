// @ts-check
// A link to the message that this one replies to, unless that is the message directly above.

import { h } from "../lib/dom.js";
import { preview } from "../lib/markdown/preview.js";
import { address } from "../state/navigation.js";

const MAX_CHARS = 160;

/** @param {HTMLElement} el @param {import("./message.js").MessageRow} row @param {string} conversation */
export function updateQuote(el, row, conversation) {
  const quoted = row.type === "message" ? row.quoted : null;
  const message = quoted?.message;
  const words = !quoted ? "" : message ? `${message.sender.name}: ${preview(message.text, MAX_CHARS)}` : "an earlier message";
  if (el.dataset.says === words) return;
  el.dataset.says = words;
  el.hidden = !quoted;
  el.replaceChildren();
  if (!quoted) return;
  const link = h("a", { href: address(conversation, quoted.seq), tabindex: "-1" }, words);
  el.append(h("span", { class: "visually-hidden" }, "In reply to "), link);
}
