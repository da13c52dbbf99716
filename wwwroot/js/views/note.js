// @ts-check
// The note under a message: why it was not sent, how an answer ended, and which messages the model was given.

import { h, icon } from "../lib/dom.js";
import { contextParts } from "./context.js";

/** @typedef {import("./message.js").MessageRow} MessageRow */

/** @type {Record<string, {text: string, tone: string}>} */
const ENDINGS = {
  stopped: { text: "Stopped before the end.", tone: "warn" },
  interrupted: { text: "Interrupted by a server restart.", tone: "warn" },
  failed: { text: "The answer failed.", tone: "danger" },
};

/** @param {HTMLElement} note @param {MessageRow} row @param {import("../state/store.js").Store} store */
export function updateNote(note, row, store) {
  const content = row.type === "unsent" ? entryNote(row.entry) : answerNote(row.message);
  const now = `${content.text}|${content.more ?? ""}|${content.context?.messages ?? ""}`;
  if (note.dataset.now === now) return;
  note.dataset.now = now;
  note.hidden = now === "||";
  note.className = `note ${content.tone}`;
  note.replaceChildren();
  if (note.hidden) return;
  if (content.tone) note.append(icon("alert"));
  if (content.text) note.append(h("span", { class: content.tone ? "ending" : "" }, content.text));
  if (content.more) note.append(h("span", {}, content.more));
  if (content.context?.messages) note.append(...contextParts(content.context, store.here.id));
  if (row.type !== "unsent") return;
  const { key, text } = row.entry;
  note.append(h("span", { class: "actions" },
    button("Retry", () => {
      // The button disappears: the focus stays at the message.
      /** @type {HTMLElement | null} */ (note.closest(".row"))?.focus({ preventScroll: true });
      store.outbox.retry(key);
    }),
    button("Discard", () => {
      store.outbox.remove(key);
      store.suggest(text);
    })));
}

/** @param {string} label @param {() => void} click */
const button = (label, click) => h("button", { type: "button", tabindex: "-1", on: { click } }, label);

/** @typedef {{text: string, tone: string, more?: string, context?: import("./context.js").AnswerContext}} Content */

/** @param {import("../net/outbox.js").OutboxEntry} entry @returns {Content} */
function entryNote(entry) {
  if (entry.state !== "failed") return { text: "", tone: "" };
  return { text: `Not sent. ${entry.error ?? ""}`.trim(), tone: "danger" };
}

/** @param {import("../state/types.js").Message} message @returns {Content} */
function answerNote(message) {
  if (message.kind !== "ai_response" || message.state === "running") return { text: "", tone: "" };
  const ending = ENDINGS[message.state ?? ""];
  if (ending) {
    const more = `${message.error ?? ""} ${message.text ? "The text so far is kept." : ""}`.trim();
    return { ...ending, more, context: message.context };
  }
  const parts = [message.model, tokens(message.usage)];
  return { text: parts.filter(Boolean).join(" · "), tone: "", context: message.context };
}

/** @param {{input_tokens: number, output_tokens: number} | undefined} usage */
const tokens = (usage) => (usage ? `${(usage.input_tokens + usage.output_tokens).toLocaleString()} tokens` : "");
