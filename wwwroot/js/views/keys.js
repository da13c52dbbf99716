// @ts-check
// Keyboard shortcuts of the room. They do not fire during input method composition; in a dialog only Ctrl+K and Esc do.

import { isComposing } from "../lib/composing.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const composer = () => /** @type {HTMLElement | null} */ (el.querySelector("#composer-input"));
  const controller = new AbortController();
  document.addEventListener("keydown", keydown, { signal: controller.signal });

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (!el.isConnected) return controller.abort();
    if (event.defaultPrevented || isComposing(event)) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      store.open(store.dialog === "palette" ? null : "palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      // A dialog's `close` event fires a task later: without this, a second Escape before it would be lost.
      event.preventDefault();
      if (store.dialog) store.open(null);
      else escape();
    }
    if (store.dialog) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches("input, textarea, select")) return;
    if (event.key === "?") {
      event.preventDefault();
      store.open("shortcuts");
    } else if (event.key.length === 1 && event.key !== " ") {
      // Typing anywhere writes into the composer: it gets the focus before the browser inserts the character.
      composer()?.focus({ preventScroll: true });
    }
  }

  /** Escape does one thing at a time: remove the divider, else focus the composer, else go to the newest message. */
  function escape() {
    if (store.reading.clearDivider()) return;
    if (document.activeElement !== composer()) composer()?.focus({ preventScroll: true });
    else if (!store.here.following) store.toLatest();
  }

  return { update() {} };
}
