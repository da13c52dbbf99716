// @ts-check
// Live regions for screen readers. The polite one announces complete messages, and only the start and end of an answer.
// A burst of messages is announced as one sentence. Errors go to the alert region, which interrupts.

import { h } from "../lib/dom.js";
import { preview } from "../lib/markdown/preview.js";

const PAUSE_MS = 1000;
const MAX_CHARS = 300;

const polite = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite", id: "announcer" });
const urgent = h("div", { class: "visually-hidden", role: "alert", id: "alert" });
/** @type {string[]} */
let waiting = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} words */
export function announce(words) {
  waiting.push(words);
  timer ??= setTimeout(flush, PAUSE_MS);
}

/** @param {string} words */
export function alertUser(words) {
  urgent.replaceChildren(h("p", {}, words));
}

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  el.append(polite, urgent);
  /** Answers whose start was announced: their end is announced even if it arrives in a replay. @type {Set<number>} */
  const answering = new Set();
  store.onEvents((events, live) => {
    for (const event of events) {
      const heard = answering.delete(event.message);
      const words = live || (heard && event.type === "answered") ? sentence(event, store.me.id) : "";
      if (live && event.state === "running") answering.add(event.seq);
      if (words) announce(words);
    }
  });
  let failed = new Set();

  return {
    update() {
      const now = store.outbox.entries.filter((entry) => entry.state === "failed");
      for (const { key, text, error } of now) if (!failed.has(key)) alertUser(`Not sent: ${preview(text, MAX_CHARS)}. ${error ?? ""}`);
      failed = new Set(now.map((entry) => entry.key));
    },
  };
}

function flush() {
  timer = undefined;
  polite.textContent = waiting.length > 3 ? `${waiting.length} new messages.` : waiting.join(" ");
  waiting = [];
}

/** @type {Record<string, string>} */
const ENDINGS = {
  done: "Answer ready.",
  failed: "The answer failed.",
  interrupted: "The answer was interrupted by a server restart.",
  stopped: "The answer was stopped.",
};

/** @param {any} event @param {string} me */
function sentence(event, me) {
  if (event.type === "answered") return ENDINGS[event.state] ?? "The answer ended.";
  if (event.type !== "message" || event.sender?.id === me) return "";
  if (event.state === "running") return `${event.sender.name} is answering.`;
  return `${event.sender.name}: ${preview(event.text, MAX_CHARS)}`;
}
