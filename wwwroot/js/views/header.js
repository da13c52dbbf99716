// @ts-check
// The header: title, tools, and a line at its bottom edge that shows whether the connection is live.

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { presentCount } from "./people.js";
import { nextTheme, currentTheme, updateThemeColor } from "./theme.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const title = h("h1", {});
  const theme = h("button", { class: "tool", type: "button", on: { click: switchTheme } }, icon("theme"));
  const go = h("button", { class: "tool go", type: "button", "aria-keyshortcuts": "Control+K", on: { click: () => store.open("palette") } },
    icon("search"), h("span", {}, "Go to"), h("kbd", { "aria-hidden": "true" }, "Ctrl K"));
  const number = h("span", { "aria-hidden": "true" });
  const people = h("button", {
    class: "tool people-tool", type: "button", "aria-haspopup": "dialog", on: { click: () => store.open("people") },
  }, icon("people"), number);
  el.append(title, h("div", { class: "tools" }, people, go, theme), h("div", { class: "status-line", "aria-hidden": "true" }));

  function switchTheme() {
    nextTheme();
    label();
  }

  function label() {
    theme.setAttribute("aria-label", `Theme: ${currentTheme()}. Switch`);
    theme.title = `Theme: ${currentTheme()}`;
  }

  label();
  updateThemeColor();
  return {
    update() {
      setText(title, `# ${store.here.title}`);
      el.dataset.link = store.link.phase;
      const count = presentCount(store.here);
      people.hidden = !count;
      setText(number, count.toLocaleString());
      setAttr(people, "aria-label", `Here now: ${count.toLocaleString()}. Show who`);
    },
  };
}
