// @ts-check
// The sidebar: conversations with unread counts, the people who are here, and the user.

import { h, icon } from "../lib/dom.js";
import { hueOf, initialsOf } from "../lib/person.js";
import { peopleList } from "./people.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const rooms = h("ul", { role: "list" });
  const people = peopleList();
  const me = h("div", { class: "me" });
  const leave = h("button", {
    type: "button", "aria-label": "Sign out…", title: "Sign out…", "aria-haspopup": "dialog", on: { click: () => store.open("signout") },
  }, icon("leave"));
  el.append(
    h("p", { class: "brand" }, icon("mark"), "ActorChat"),
    h("section", {}, h("h2", {}, "Conversations"), rooms),
    people.el,
    me);

  let shown = "";
  return {
    update() {
      const { state } = store;
      people.update(store.here, store.me.id, store.link.phase === "live");
      const list = [...state.conversations.values()].map((c) => ({ id: c.id, title: c.title, unread: c.entered ? c.unread : 0 }));
      // Rebuilt only if something changed: it is short and changes rarely.
      const now = JSON.stringify([list, state.current, store.me.name]);
      if (now === shown) return;
      shown = now;
      rooms.replaceChildren(...list.map((room) => roomOf(room, room.id === state.current)));
      me.replaceChildren(avatarOf(store.me.name), h("span", { class: "name" }, store.me.name), h("span", { class: "you" }, "you"), leave);
    },
  };
}

/** @param {{id: string, title: string, unread: number}} room @param {boolean} current */
function roomOf({ id, title, unread }, current) {
  return h("li", {}, h("a", { href: `#/c/${encodeURIComponent(id)}`, "aria-current": current ? "page" : null },
    h("span", { class: "hash", "aria-hidden": "true" }, "#"), h("span", { class: "name" }, title),
    unread ? h("span", { class: "badge" }, unread.toLocaleString(), h("span", { class: "visually-hidden" }, " unread")) : null));
}

/** @param {string} name */
function avatarOf(name) {
  const avatar = h("span", { class: "avatar person", "aria-hidden": "true" }, initialsOf(name));
  avatar.style.setProperty("--h", String(hueOf(name)));
  return avatar;
}
