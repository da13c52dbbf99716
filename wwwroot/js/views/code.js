// @ts-check
// Code blocks and tables scroll inside their own box and can be reached by keyboard. Code has a bar above it with its
// language and a Copy button.

import { h } from "../lib/dom.js";

const SCROLLERS = "pre, .table";
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) /** @type {HTMLElement} */ (target).tabIndex = tabIndexAtRest(target);
});

/** The tab index of a control while its message has no focus. A box that scrolls stays a tab stop: without one, keyboard
    users could not read its end. @param {Element} el */
export const tabIndexAtRest = (el) => (el.matches(SCROLLERS) && el.scrollWidth > el.clientWidth ? 0 : -1);

/** @param {HTMLElement} block @returns {HTMLElement} the block, or the box around it */
export function withControls(block) {
  const root = h("div", {}, block);
  for (const code of root.querySelectorAll(".code")) addBar(code);
  for (const table of root.querySelectorAll("table")) {
    const box = h("div", { class: "table", tabindex: "-1", role: "group", "aria-label": "Table" });
    table.replaceWith(box);
    box.append(table);
    sizes.observe(box);
  }
  return /** @type {HTMLElement} */ (root.firstElementChild);
}

/** @param {Element} box */
function addBar(box) {
  const pre = /** @type {HTMLElement} */ (box.querySelector("pre"));
  const language = /** @type {HTMLElement | null} */ (pre.querySelector("code"))?.dataset.language ?? "";
  const copy = h("button", { class: "copy", type: "button", tabindex: "-1" }, "Copy");
  copy.addEventListener("click", async () => {
    copy.textContent = (await copyText(pre)) ? "Copied" : "Select and copy";
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  });
  pre.tabIndex = -1;
  // A group, not a region: regions are landmarks, and a room may have hundreds of code blocks.
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", language ? `Code, ${language}` : "Code");
  pre.before(h("div", { class: "bar" }, h("span", { class: "language" }, language), copy));
  sizes.observe(pre);
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
