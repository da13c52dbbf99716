// @ts-check
// The button to the newest message, with the number of messages that arrived in the meantime.

import { h, icon, setText } from "../lib/dom.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const label = h("span", {});
  const pill = h("button", { class: "pill", type: "button", hidden: true, on: { click } }, label, icon("down"));
  el.append(pill);

  function click() {
    const c = store.here;
    const first = c.unseen?.first;
    // Goes to the first new message; if it is the only one or already visible, to the end.
    const row = first ? el.querySelector(`[data-seq="${first}"]`) : null;
    const reached = row && (!row.nextElementSibling || row.getBoundingClientRect().top < el.getBoundingClientRect().bottom);
    if (!first || reached) store.toLatest();
    else store.navigation.toFirstNew();
  }

  return {
    update() {
      const c = store.here;
      pill.hidden = c.following || c.cursor === null;
      const count = c.unseen?.count ?? 0;
      setText(label, count ? `${count} new` : "Latest");
      pill.classList.toggle("news", count > 0);
    },
  };
}
