// @ts-check
// Follows links to messages without leaving the page.

import { seqOf } from "../state/navigation.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  el.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.href) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname) return;
    if (!url.hash.startsWith("#/c/")) return;
    const seq = seqOf(url.hash);
    event.preventDefault();
    if (seq) store.navigation.go(seq);
    else store.toLatest();
  });
  return { update() {} };
}
