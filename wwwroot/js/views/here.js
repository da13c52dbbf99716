// @ts-check
// The people of the sidebar, where there is no room for one.

import { h } from "../lib/dom.js";
import { asPanel } from "./panel.js";
import { peopleList } from "./people.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const people = peopleList("here-title");
  const close = h("button", { class: "quiet", type: "button", on: { click: () => dialog.close() } }, "Close");
  const dialog = h("dialog", { class: "dialog here", id: "here", "aria-labelledby": "here-title" },
    people.el, close);
  el.append(dialog);
  const toggle = asPanel(dialog, store, "people");
  return {
    update() {
      people.update(store.here, store.me.id);
      toggle();
    },
  };
}
