// @ts-check
// Conversations, who is here (once the server says so), and who we are.

import { h, icon } from "../lib/dom.js";
import { hueOf, initialsOf } from "../lib/person.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const rooms = h("ul", {});
  const people = h("ul", {});
  const count = h("h2", {});
  const here = h("section", { class: "people", hidden: true }, count, people);
  const me = h("p", { class: "me" });
  el.append(
    h("p", { class: "brand" }, icon("mark"), "ActorChat"),
    h("section", {}, h("h2", {}, "Conversations"), rooms),
    here,
    me);

  let shown = "";
  return {
    update() {
      const { state } = store;
      const present = [...(store.here.present?.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name));
      const list = [...state.conversations.values()].map((c) => [c.id, c.title]);
      // Rebuilt only when something in it changed: it is short, and changes seldom.
      const now = JSON.stringify([list, present, state.current, store.me.name]);
      if (now === shown) return;
      shown = now;
      rooms.replaceChildren(...list.map(([id, title]) => h("li", {},
        h("a", { href: `#/c/${encodeURIComponent(id)}`, "aria-current": id === state.current ? "page" : null },
          h("span", { class: "hash", "aria-hidden": "true" }, "#"), title))));
      here.hidden = !present.length;
      count.textContent = `Here now · ${present.length}`;
      people.replaceChildren(...present.map((person) => h("li", {},
        h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "name" }, person.name))));
      me.replaceChildren(tileOf(store.me.name), h("span", { class: "name" }, store.me.name), h("span", { class: "you" }, "you"));
    },
  };
}

/** @param {string} name */
function tileOf(name) {
  const tile = h("span", { class: "tile person", "aria-hidden": "true" }, initialsOf(name));
  tile.style.setProperty("--h", String(hueOf(name)));
  return tile;
}
