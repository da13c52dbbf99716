// @ts-check
// The list of people as a dialog, for screens without room for the sidebar.

import { h } from "../lib/dom.js";
import { bindDialog } from "./dialog.js";
import { peopleList } from "./people.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const people = peopleList("here-title");
  const close = h("button", { class: "quiet", type: "button", on: { click: () => dialog.close() } }, "Close");
  const dialog = h("dialog", { class: "dialog here", id: "here", "aria-labelledby": "here-title" },
    people.el, close);
  el.append(dialog);
  const toggle = bindDialog(dialog, store, "people");
  return {
    update() {
      people.update(store.here, store.me.id, store.link.phase === "live");
      toggle();
    },
  };
}
