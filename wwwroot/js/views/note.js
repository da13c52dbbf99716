// @ts-check
// The quiet line under a message: why it was not sent, how an answer ended, what it was made from.

import { h, icon } from "../lib/dom.js";
import { sawParts } from "./saw.js";

/** @typedef {import("./message.js").MessageRow} MessageRow */

/** @type {Record<string, {says: string, tone: string}>} */
const ENDINGS = {
  stopped: { says: "Stopped before the end.", tone: "warn" },
  interrupted: { says: "Cut off when the server restarted.", tone: "warn" },
  failed: { says: "The answer failed.", tone: "danger" },
};

/** @param {HTMLElement} note @param {MessageRow} row @param {import("../state/store.js").Store} store */
export function updateNote(note, row, store) {
  const content = row.type === "letter" ? letterNote(row.letter) : answerNote(row.message);
  const now = `${content.says}|${content.more ?? ""}|${content.saw?.messages ?? ""}`;
  if (note.dataset.now === now) return;
  note.dataset.now = now;
  note.hidden = now === "||";
  note.className = `note ${content.tone}`;
  note.replaceChildren();
  if (note.hidden) return;
  if (content.tone) note.append(icon("alert"));
  if (content.says) note.append(h("span", { class: content.tone ? "ending" : "" }, content.says));
  if (content.more) note.append(h("span", {}, content.more));
  if (content.saw?.messages) note.append(...sawParts(content.saw, store.here.id));
  if (row.type !== "letter") return;
  const { key, text } = row.letter;
  note.append(h("span", { class: "actions" },
    button("Retry", () => {
      // The button goes: whoever pressed it by keyboard stays at the message.
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

/** @typedef {{says: string, tone: string, more?: string, saw?: import("./saw.js").Context}} Content */

/** @param {import("../net/outbox.js").Letter} letter @returns {Content} */
function letterNote(letter) {
  if (letter.state !== "failed") return { says: "", tone: "" };
  return { says: `Not sent. ${letter.error ?? ""}`.trim(), tone: "danger" };
}

/** @param {import("../state/types.js").Message} message @returns {Content} */
function answerNote(message) {
  if (message.kind !== "ai_response" || message.state === "running") return { says: "", tone: "" };
  const ending = ENDINGS[message.state ?? ""];
  if (ending) return { ...ending, more: `${message.error ?? ""} ${message.text ? "What was written is kept." : ""}`.trim(), saw: message.context };
  const parts = [message.model, tokens(message.usage)];
  return { says: parts.filter(Boolean).join(" · "), tone: "", saw: message.context };
}

/** @param {{input_tokens: number, output_tokens: number} | undefined} usage */
const tokens = (usage) => (usage ? `${(usage.input_tokens + usage.output_tokens).toLocaleString()} tokens` : "");
