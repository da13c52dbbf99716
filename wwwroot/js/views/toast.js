// @ts-check
// A newer page is here: said softly, nothing is lost by taking it, nothing happens by leaving it.

import { h } from "../lib/dom.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let later = false;
  const toast = h("div", { class: "toast", id: "new-version", role: "status", hidden: true },
    h("span", {}, "A newer version of this page is ready. Your draft is kept."),
    h("button", { type: "button", on: { click: () => location.reload() } }, "Reload"),
    h("button", { class: "quiet", type: "button", on: { click: leave } }, "Later"));
  el.append(toast);

  function leave() {
    later = true;
    toast.hidden = true;
  }

  return {
    update() {
      toast.hidden = later || !store.session.outdated;
    },
  };
}
