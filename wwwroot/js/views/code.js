// @ts-check
// Code blocks and tables scroll inside their own box and can be reached by keyboard; code has a Copy button.

import { h } from "../lib/dom.js";

const SCROLLERS = "pre, .table";
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) /** @type {HTMLElement} */ (target).tabIndex = tabIndexAtRest(target);
});

/** The tab index of a control while its message has no focus. A box that scrolls stays a tab stop: without one, keyboard
    users could not read its end. @param {Element} el */
export const tabIndexAtRest = (el) => (el.matches(SCROLLERS) && el.scrollWidth > el.clientWidth ? 0 : -1);

/** @param {DocumentFragment} fragment */
export function withControls(fragment) {
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
    // The clipboard API needs HTTPS; copying the selection works without it.
    getSelection()?.selectAllChildren(pre);
    return document.execCommand("copy");
  }
}
