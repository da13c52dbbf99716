// @ts-check
// The people of the sidebar, where there is no room for one.

import { h } from "../lib/dom.js";
import { peopleList } from "./people.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const people = peopleList("here-title");
  const close = h("button", { class: "quiet", type: "button", on: { click: () => dialog.close() } }, "Close");
  const dialog = h("dialog", { class: "dialog here", id: "here", "aria-labelledby": "here-title", on: { close: () => store.open(null) } },
    people.el, close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  el.append(dialog);
  return {
    update() {
      people.update(store.here, store.me.id);
      const wanted = store.panel === "people";
      if (wanted === dialog.open) return;
      if (wanted) dialog.showModal();
      else dialog.close();
    },
  };
}
