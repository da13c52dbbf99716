// @ts-check
// Offers to reload when a newer version of the page is ready. The draft is kept; the offer can be dismissed.

import { h } from "../lib/dom.js";
import { announce } from "./announcer.js";

const MESSAGE = "A newer version of this page is ready. Your draft is kept.";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let dismissed = false;
  const toast = h("div", { class: "toast", id: "new-version", hidden: true },
    h("span", {}, MESSAGE),
    h("button", { type: "button", on: { click: () => location.reload() } }, "Reload"),
    h("button", { class: "quiet", type: "button", on: { click: dismiss } }, "Later"));
  el.append(toast);

  function dismiss() {
    dismissed = true;
    toast.hidden = true;
  }

  return {
    update() {
      const hidden = dismissed || !store.session.outdated;
      if (toast.hidden && !hidden) announce(MESSAGE);
      toast.hidden = hidden;
    },
  };
}
