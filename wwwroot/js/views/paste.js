// @ts-check
// An offer after pasting what looks like code: put it into a code block, so that it keeps its shape. The pasted text
// stands there either way; whoever writes on or sends has declined.

import { isComposing } from "../lib/composing.js";
import { h } from "../lib/dom.js";
import { fenceOpen, fenced, looksLikeCode } from "../lib/codelike.js";
import { say } from "./spoken.js";

/** @param {HTMLTextAreaElement} input @returns {{el: HTMLElement, look(): void, key(event: KeyboardEvent): boolean}} */
export function pasteOffer(input) {
  const words = h("span", {});
  const accept = h("button", { type: "button", on: { click: wrap } }, "Make it a code block");
  const el = h("div", { class: "offer", hidden: true }, words, accept);
  /** @type {{start: number, end: number, text: string} | null} where it was pasted, and what stood there then */
  let pasted = null;

  input.addEventListener("paste", (event) => {
    const code = looksLikeCode(event.clipboardData?.getData("text/plain") ?? "");
    const start = input.selectionStart;
    if (!code || fenceOpen(input.value.slice(0, start))) return;
    input.addEventListener("input", () => {
      pasted = { start, end: input.selectionEnd, text: input.value };
      look();
    }, { once: true });
  });

  function look() {
    if (pasted?.text !== input.value) pasted = null;
    if (pasted && el.hidden) say("This looks like code. A button offers a code block.");
    el.hidden = !pasted;
    words.textContent = pasted ? "This looks like code." : "";
  }

  function wrap() {
    if (!pasted) return;
    const { start, end, text } = pasted;
    const block = fenced(text.slice(0, start), text.slice(start, end), text.slice(end));
    input.focus({ preventScroll: true });
    input.setSelectionRange(start, end);
    // Like typing, so that undo takes it back.
    if (document.execCommand("insertText", false, block)) return;
    input.setRangeText(block, start, end, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was used up */
  function key(event) {
    if (!pasted || event.key !== "Escape" || isComposing(event)) return false;
    pasted = null;
    look();
    event.preventDefault();
    return true;
  }

  return { el, look, key };
}
