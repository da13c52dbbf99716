// @ts-check
// A newer page is here: said softly, nothing is lost by taking it, nothing happens by leaving it.

import { h } from "../lib/dom.js";
import { say } from "./spoken.js";

const WORDS = "A newer version of this page is ready. Your draft is kept.";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let later = false;
  const toast = h("div", { class: "toast", id: "new-version", hidden: true },
    h("span", {}, WORDS),
    h("button", { type: "button", on: { click: () => location.reload() } }, "Reload"),
    h("button", { class: "quiet", type: "button", on: { click: leave } }, "Later"));
  el.append(toast);

  function leave() {
    later = true;
    toast.hidden = true;
  }

  return {
    update() {
      const hidden = later || !store.session.outdated;
      if (toast.hidden && !hidden) say(WORDS);
      toast.hidden = hidden;
    },
  };
}
