// @ts-check
// After pasting text that looks like code, offers to put it into a code block. The text is pasted either way; typing on
// or sending declines the offer.

import { isComposing } from "../lib/composing.js";
import { h } from "../lib/dom.js";
import { fenceOpen, fenced, looksLikeCode } from "../lib/codelike.js";
import { announce } from "./announcer.js";

/** @param {HTMLTextAreaElement} input @returns {{el: HTMLElement, update(): void, key(event: KeyboardEvent): boolean}} */
export function pasteOffer(input) {
  const words = h("span", {});
  const accept = h("button", { type: "button", on: { click: wrap } }, "Make it a code block");
  const el = h("div", { class: "offer", hidden: true }, words, accept);
  /** @type {{start: number, end: number, text: string} | null} the pasted range, and the text right after pasting */
  let pasted = null;

  input.addEventListener("paste", (event) => {
    const code = looksLikeCode(event.clipboardData?.getData("text/plain") ?? "");
    const start = input.selectionStart;
    if (!code || fenceOpen(input.value.slice(0, start))) return;
    input.addEventListener("input", () => {
      pasted = { start, end: input.selectionEnd, text: input.value };
      update();
    }, { once: true });
  });

  function update() {
    if (pasted?.text !== input.value) pasted = null;
    if (pasted && el.hidden) announce("This looks like code. A button offers a code block.");
    el.hidden = !pasted;
    words.textContent = pasted ? "This looks like code." : "";
  }

  function wrap() {
    if (!pasted) return;
    const { start, end, text } = pasted;
    const block = fenced(text.slice(0, start), text.slice(start, end), text.slice(end));
    input.focus({ preventScroll: true });
    input.setSelectionRange(start, end);
    // This counts as typing, so that undo works.
    if (document.execCommand("insertText", false, block)) return;
    input.setRangeText(block, start, end, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was handled */
  function key(event) {
    if (!pasted || event.key !== "Escape" || isComposing(event)) return false;
    pasted = null;
    update();
    event.preventDefault();
    return true;
  }

  return { el, update, key };
}
