// @ts-check
// For screen readers: one polite region that speaks whole new messages, and for the bot that it answers and that it
// is done, never the tokens. What arrives in a burst is spoken as one sentence. What went wrong interrupts.

import { h } from "../lib/dom.js";

const PAUSE_MS = 1000;
const MAX_CHARS = 300;

const polite = h("div", { class: "unseen", role: "status", "aria-live": "polite", id: "spoken" });
const urgent = h("div", { class: "unseen", role: "alert", id: "alarm" });
/** @type {string[]} */
let waiting = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} words */
export function say(words) {
  waiting.push(words);
  timer ??= setTimeout(speak, PAUSE_MS);
}

/** @param {string} words */
export function alarm(words) {
  urgent.replaceChildren(h("p", {}, words));
}

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  el.append(polite, urgent);
  /** Answers whose beginning was heard here: their end is news even where it came while the line was down. @type {Set<number>} */
  const answering = new Set();
  store.onNews((events, live) => {
    for (const event of events) {
      const heard = answering.delete(event.message);
      const words = live || (heard && event.type === "answered") ? sentence(event, store.me.id) : "";
      if (live && event.state === "running") answering.add(event.seq);
      if (words) say(words);
    }
  });
  let failed = new Set();

  return {
    update() {
      const now = store.outbox.letters.filter((letter) => letter.state === "failed");
      for (const { key, text, error } of now) if (!failed.has(key)) alarm(`Not sent: ${text.slice(0, MAX_CHARS)}. ${error ?? ""}`);
      failed = new Set(now.map((letter) => letter.key));
    },
  };
}

function speak() {
  timer = undefined;
  polite.textContent = waiting.length > 3 ? `${waiting.length} new messages.` : waiting.join(" ");
  waiting = [];
}

/** @type {Record<string, string>} */
const endings = {
  done: "Answer ready.",
  failed: "The answer failed.",
  interrupted: "The answer was cut off, the server restarted.",
  stopped: "The answer was stopped.",
};

/** @param {any} event @param {string} me */
function sentence(event, me) {
  if (event.type === "answered") return endings[event.state] ?? "The answer ended.";
  if (event.type !== "message" || event.sender?.id === me) return "";
  if (event.state === "running") return `${event.sender.name} is answering.`;
  return `${event.sender.name}: ${event.text.slice(0, MAX_CHARS)}`;
}
