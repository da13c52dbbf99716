// @ts-check
// Keys that work anywhere in the room. None of them fires while an input method composes; in a dialog only Ctrl+K and Esc.

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
      store.open(store.panel === "palette" ? null : "palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      // A dialog's own closing is told a task later: a second Escape would come before that, and be lost.
      event.preventDefault();
      if (store.panel) store.open(null);
      else escape();
    }
    if (store.panel) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches("input, textarea, select")) return;
    if (event.key === "?") {
      event.preventDefault();
      store.open("shortcuts");
    } else if (event.key.length === 1 && event.key !== " ") {
      // Whoever types, writes: the key goes on to the composer, which has the focus before it is put in.
      composer()?.focus({ preventScroll: true });
    }
  }

  /** One meaning at a time: the divider, then the way back to the composer, then the newest message. */
  function escape() {
    if (store.reading.clear()) return;
    if (document.activeElement !== composer()) composer()?.focus({ preventScroll: true });
    else if (!store.here.following) store.toLatest();
  }

  return { update() {} };
}
