// @ts-check
// Creates the view of each type of timeline row.

import { h, icon, setText } from "../lib/dom.js";
import { clock, dayKey, dayLabel } from "../lib/time.js";
import { makeMessage } from "./message.js";

/** @typedef {import("../state/rows.js").Row} Row */
/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {{el: HTMLElement, update(row: any): void, refresh?(): void}} RowView */

const QUESTION = "/AIBot What is Python?";

/** @param {Row} row @param {Store} store @returns {RowView} */
export function makeRow(row, store) {
  switch (row.type) {
    case "message":
    case "unsent":
      return makeMessage(store);
    case "day":
      return makeDay();
    case "start":
      return makeStart(store);
    case "hole":
      return makeHole(store);
    case "divider":
      return makeDivider();
    default:
      return staticRow(h("li", { class: "more", role: "presentation" }, h("span", { class: "visually-hidden" }, "Loading more messages")));
  }
}

/** @param {HTMLElement} el @returns {RowView} */
const staticRow = (el) => ({ el, update() {} });

/** @returns {RowView} */
function makeDivider() {
  const label = h("span", {});
  let since = 0;
  const refresh = () => {
    const today = dayKey(since) === dayKey(Date.now());
    setText(label, `New since ${today ? "" : `${dayLabel(since)}, `}${clock(since)}`);
  };
  return {
    el: h("li", { class: "divider" }, label),
    refresh,
    update(row) {
      since = row.since;
      refresh();
    },
  };
}

/** @returns {RowView} */
function makeDay() {
  const label = h("span", {});
  const el = h("li", { class: "day" }, label);
  let at = 0;
  const refresh = () => setText(label, dayLabel(at));
  return {
    el,
    refresh,
    update(row) {
      at = row.at;
      refresh();
    },
  };
}

/** @param {Store} store @returns {RowView} */
function makeStart(store) {
  const title = h("h2", {});
  const text = h("p", {});
  const suggest = () => store.suggest(QUESTION);
  const chip = h("button", { class: "chip", type: "button", tabindex: "-1", on: { click: suggest } }, icon("spark"), QUESTION);
  const el = h("li", { class: "start", tabindex: "-1" }, title, text, chip);
  return {
    el,
    update(row) {
      const name = store.here.title;
      setText(title, row.empty ? `No messages yet in ${name}` : `The beginning of ${name}`);
      setText(text, row.empty
        ? "Say hello, or ask the bot: everyone in the room can read the answer."
        : "All messages since then are kept, in order.");
      chip.hidden = !row.empty;
      el.classList.toggle("empty", row.empty);
    },
  };
}

/** @param {Store} store @returns {RowView} */
function makeHole(store) {
  /** @type {import("../state/types.js").Hole} */
  let hole;
  const words = h("span", {});
  const load = h("button", { type: "button", tabindex: "-1", on: { click } }, "Load");

  /** Loads from the side of the hole where the reader is. */
  function click() {
    const position = store.navigation.position();
    store.paging.hole(store.here, hole, "seq" in position && position.seq < hole.from);
  }

  return {
    el: h("li", { class: "hole", tabindex: "-1" }, words, load),
    update(row) {
      hole = row.hole;
      const count = hole.to - hole.from + 1;
      setText(words, count === 1 ? "1 message not loaded" : `${count.toLocaleString()} messages not loaded`);
    },
  };
}
