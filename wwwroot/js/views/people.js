// @ts-check
// The people who are here: their number and their names; only the number if the server does not list them.

import { h, setText } from "../lib/dom.js";

const NAMES = 200;
const order = new Intl.Collator();

/** @param {string} [id] the id of the heading */
export function peopleList(id) {
  const heading = h("h2", { id });
  const list = h("ul", { role: "list" });
  const rest = h("p", { class: "hint", hidden: true });
  const el = h("section", { class: "people" }, heading, list, rest);
  /** @type {Map<string, any> | null | undefined} */
  let drawn;

  /**
   * @param {import("../state/types.js").Conversation} c @param {string} me
   * @param {boolean} live without a connection the list may be outdated
   */
  function update(c, me, live) {
    el.hidden = !presentCount(c);
    el.classList.toggle("outdated", !live);
    if (c.present === drawn) return;
    drawn = c.present;
    setText(heading, `Here now · ${presentCount(c).toLocaleString()}`);
    const people = [...(c.present?.values() ?? [])].sort((a, b) => order.compare(a.name, b.name));
    list.replaceChildren(...people.slice(0, NAMES).map((person) => h("li", {},
      h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "name", dir: "auto" }, person.name),
      person.id === me ? h("span", { class: "you" }, "you") : null)));
    rest.hidden = people.length <= NAMES;
    setText(rest, `and ${(people.length - NAMES).toLocaleString()} more`);
  }

  return { el, update };
}

/** @param {import("../state/types.js").Conversation} c */
export const presentCount = (c) => c.crowd || (c.present?.size ?? 0);
