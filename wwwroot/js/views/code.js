// @ts-check
// Code blocks and tables: scroll inside themselves, reachable by keyboard; code with Copy.

import { h } from "../lib/dom.js";

const SCROLLERS = "pre, .table";
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) /** @type {HTMLElement} */ (target).tabIndex = restIndex(target);
});

/** The tab index of a message's control while the message has no focus: what is wider than its place is a stop of its
    own, since without one its end could not be read by keyboard. @param {Element} el */
export const restIndex = (el) => (el.matches(SCROLLERS) && el.scrollWidth > el.clientWidth ? 0 : -1);

/** @param {DocumentFragment} fragment */
export function withCopy(fragment) {
  for (const pre of fragment.querySelectorAll("pre")) {
    const box = h("div", { class: "code" });
    const copy = h("button", { class: "copy", type: "button", tabindex: "-1" }, "Copy");
    copy.addEventListener("click", async () => {
      copy.textContent = (await copyText(pre)) ? "Copied" : "Select and copy";
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    });
    pre.tabIndex = -1;
    pre.setAttribute("role", "region");
    pre.setAttribute("aria-label", "Code");
    pre.replaceWith(box);
    box.append(pre, copy);
    sizes.observe(pre);
  }
  for (const table of fragment.querySelectorAll("table")) {
    const box = h("div", { class: "table", tabindex: "-1", role: "region", "aria-label": "Table" });
    table.replaceWith(box);
    box.append(table);
    sizes.observe(box);
  }
  return fragment;
}

/** @param {Element} pre */
async function copyText(pre) {
  const text = pre.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS there is no clipboard to write to: the selection's own copy still works there.
    getSelection()?.selectAllChildren(pre);
    return document.execCommand("copy");
  }
}
