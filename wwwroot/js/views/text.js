// @ts-check
// A message's words. Plain text with its links; nodes rebuilt from the server's markup where there is some, and until
// that is here a likeness of it; a growing text with a caret while an answer runs.

import { h } from "../lib/dom.js";
import { linkify } from "../lib/linkify.js";
import { blocksOf, hasMarks, render } from "../lib/livemark.js";
import { sanitize } from "../lib/sanitize.js";
import { withCopy } from "./code.js";
import { GrowingText } from "./growing.js";

const COMMAND = /^\/AIBot(?=\s)/iu;

/** @typedef {{text: string, html?: string, running?: boolean, deleted?: boolean, unsent?: boolean}} Words */

export class MessageText {
  el = h("div", { class: "message-text", dir: "auto" });
  /** @type {GrowingText | null} */
  #growing = null;
  #shown = "";

  /** @param {Words} words */
  update({ text, html, running, deleted, unsent }) {
    const likeness = Boolean(unsent) && hasMarks(text);
    const now = `${running ? "r" : deleted ? "d" : html ? "h" : likeness ? "l" : "t"}:${html ?? text}`;
    if (now === this.#shown) return;
    this.#shown = now;
    if (running) {
      this.#growing ??= new GrowingText(this.el);
      this.#growing.update(text);
      return;
    }
    this.#growing = null;
    this.el.classList.toggle("plain", !html && !likeness);
    this.el.classList.toggle("gone", Boolean(deleted));
    if (deleted) this.el.replaceChildren("This message was deleted.");
    else if (html) this.el.replaceChildren(withCopy(withCommand(sanitize(html))));
    else if (likeness) this.el.replaceChildren(withCommand(likenessOf(text)));
    else this.el.replaceChildren(plain(text));
    // The list is one tab stop: links are reached through their message.
    for (const link of this.el.querySelectorAll("a")) link.tabIndex = -1;
  }
}

/** @param {string} text */
function likenessOf(text) {
  const out = document.createDocumentFragment();
  out.append(...blocksOf(text).map((block) => render(block, false)));
  return out;
}

/** The command at the very start stands out in rendered text too. @param {DocumentFragment} fragment */
function withCommand(fragment) {
  const first = fragment.firstChild?.firstChild;
  const command = first instanceof Text ? COMMAND.exec(first.data)?.[0] : null;
  if (!(first instanceof Text) || !command) return fragment;
  first.deleteData(0, command.length);
  first.before(h("span", { class: "command" }, command));
  return fragment;
}

/** @param {string} text */
function plain(text) {
  const command = COMMAND.exec(text)?.[0];
  if (!command) return linkify(text);
  const out = document.createDocumentFragment();
  out.append(h("span", { class: "command" }, command), linkify(text.slice(command.length)));
  return out;
}
