// @ts-check
// Roving tabindex: the message list is one tab stop, arrow keys move between messages, and Tab reaches the controls of a
// message only while it has the focus.

import { tabIndexAtRest } from "./code.js";

const STOPS = ".row, .hole, .start.empty";

/** @param {HTMLElement} timeline @param {HTMLElement} list */
export function addRovingFocus(timeline, list) {
  /** @type {HTMLElement | null} */
  let current = null;

  timeline.addEventListener("keydown", (event) => {
    // Controls may have been added since the message got the focus, such as Retry.
    if (event.key === "Tab" && current?.contains(document.activeElement)) setReachable(current, 0);
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
    setReachable(current, -1);
    current = row;
    setReachable(current, 0);
  });

  timeline.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && timeline.contains(event.relatedTarget)) return;
    setReachable(current, -1);
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
function setReachable(row, index) {
  for (const control of row?.querySelectorAll("a[href], button, pre, .table") ?? []) {
    /** @type {HTMLElement} */ (control).tabIndex = index < 0 ? tabIndexAtRest(control) : index;
  }
}
