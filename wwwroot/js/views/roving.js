// @ts-check
// The message list is one tab stop. Arrows go from message to message; the controls of a message can be reached by
// Tab only while it has the focus.

import { restIndex } from "./code.js";

const STOPS = ".row, .hole, .start.empty";

/** @param {HTMLElement} timeline @param {HTMLElement} list */
export function rove(timeline, list) {
  /** @type {HTMLElement | null} */
  let current = null;

  timeline.addEventListener("keydown", (event) => {
    // What came into the message since it got the focus, as Retry does, is reached as well.
    if (event.key === "Tab" && current?.contains(document.activeElement)) reach(current, 0);
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "c") copy(event);
      return;
    }
    const next = target(event.key);
    if (!next || event.altKey || event.shiftKey) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  });

  list.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest(STOPS) : null;
    if (row === current || !(row instanceof HTMLElement)) return;
    reach(current, -1);
    current = row;
    reach(current, 0);
  });

  timeline.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && timeline.contains(event.relatedTarget)) return;
    reach(current, -1);
  });

  /** @param {string} key @returns {HTMLElement | undefined} */
  function target(key) {
    const rows = /** @type {HTMLElement[]} */ ([...list.children].filter((row) => row.matches(STOPS)));
    const inside = current?.isConnected && current.contains(document.activeElement);
    const at = inside ? rows.indexOf(/** @type {HTMLElement} */ (current)) : -1;
    if (key === "Home") return rows[0];
    if (key === "End") return rows.at(-1);
    if (key === "ArrowUp") return inside ? rows[at - 1] : lastVisible(rows);
    if (key === "ArrowDown") return inside ? rows[at + 1] : lastVisible(rows);
    return undefined;
  }

  /** @param {HTMLElement[]} rows */
  function lastVisible(rows) {
    const { bottom } = timeline.getBoundingClientRect();
    return rows.findLast((row) => row.getBoundingClientRect().top < bottom - 20);
  }

  /** @param {KeyboardEvent} event */
  function copy(event) {
    if (!current || document.activeElement !== current || String(getSelection())) return;
    event.preventDefault();
    navigator.clipboard?.writeText(current.querySelector(".message-text")?.textContent ?? "").catch(() => {});
  }
}

/** @param {HTMLElement | null} row @param {number} index */
function reach(row, index) {
  for (const control of row?.querySelectorAll("a[href], button, pre, .table") ?? []) {
    /** @type {HTMLElement} */ (control).tabIndex = index < 0 ? restIndex(control) : index;
  }
}
