// @ts-check
// For screen readers: one polite region that speaks whole new messages, and for the bot that it answers and that it
// is done, never the tokens. What arrives in a burst is spoken as one sentence.

import { h } from "../lib/dom.js";

const PAUSE_MS = 1000;
const MAX_CHARS = 300;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const region = h("div", { class: "unseen", role: "status", "aria-live": "polite", id: "spoken" });
  el.append(region);
  /** @type {string[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  store.onNews((events, live) => {
    if (!live) return;
    for (const event of events) {
      const words = sentence(event, store.me.id);
      if (words) waiting.push(words);
    }
    if (waiting.length) timer ??= setTimeout(speak, PAUSE_MS);
  });

  function speak() {
    timer = undefined;
    region.textContent = waiting.length > 3 ? `${waiting.length} new messages.` : waiting.join(" ");
    waiting = [];
  }

  return { update() {} };
}

/** @param {any} event @param {string} me */
function sentence(event, me) {
  if (event.type === "answered") return event.state === "done" ? "Answer ready." : "The answer was cut short.";
  if (event.type !== "message" || event.sender?.id === me) return "";
  if (event.state === "running") return `${event.sender.name} is answering.`;
  return `${event.sender.name}: ${event.text.slice(0, MAX_CHARS)}`;
}
