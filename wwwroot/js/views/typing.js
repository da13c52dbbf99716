// @ts-check
// The typing indicator: a line of constant height above the composer, so that the layout does not move.

import { h, setText } from "../lib/dom.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const line = h("p", { class: "typing", "aria-hidden": "true" });
  el.append(line);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function update() {
    const now = Date.now();
    const writers = [...store.here.typing.values()].filter((writer) => writer.until > now);
    setText(line, store.link.phase === "live" ? sentence(writers.map((writer) => writer.name)) : "");
    clearTimeout(timer);
    if (writers.length) timer = setTimeout(update, Math.min(...writers.map((writer) => writer.until)) - now + 20);
  }

  return { update };
}

/** @param {string[]} names */
function sentence(names) {
  if (!names.length) return "";
  if (names.length > 3) return "Several people are typing…";
  if (names.length === 1) return `${names[0]} is typing…`;
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]} are typing…`;
}
