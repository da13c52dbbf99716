// @ts-check
// The text of a message: plain text with links, or the server's sanitized HTML; a local preview of the Markdown until
// that HTML arrives; a streaming text with a caret while an answer is running.

import { h } from "../lib/dom.js";
import { linkify } from "../lib/linkify.js";
import { blocksOf, hasMarkdown, renderBlock } from "../lib/markdown.js";
import { sanitize } from "../lib/sanitize.js";
import { withControls } from "./code.js";
import { StreamingText } from "./streaming.js";

const COMMAND = /^\/AIBot(?=\s)/iu;

/** @typedef {{text: string, html?: string, running?: boolean, deleted?: boolean, unsent?: boolean}} Content */

export class MessageText {
  el = h("div", { class: "message-text", dir: "auto" });
  /** @type {StreamingText | null} */
  #streaming = null;
  #shown = "";

  /** @param {Content} content */
  update({ text, html, running, deleted, unsent }) {
    const preview = Boolean(unsent) && hasMarkdown(text);
    const now = `${running ? "r" : deleted ? "d" : html ? "h" : preview ? "l" : "t"}:${html ?? text}`;
    if (now === this.#shown) return;
    this.#shown = now;
    if (running) {
      this.#streaming ??= new StreamingText(this.el);
      this.#streaming.update(text);
      return;
    }
    this.#streaming = null;
    this.el.classList.toggle("plain", !html && !preview);
    this.el.classList.toggle("deleted", Boolean(deleted));
    if (deleted) this.el.replaceChildren("This message was deleted.");
    else if (html) this.el.replaceChildren(withControls(withCommand(sanitize(html))));
    else if (preview) this.el.replaceChildren(withCommand(previewOf(text)));
    else this.el.replaceChildren(plain(text));
    // The list is one tab stop (see roving.js): links are reached from their message.
    for (const link of this.el.querySelectorAll("a")) link.tabIndex = -1;
  }
}

/** @param {string} text */
function previewOf(text) {
  const out = document.createDocumentFragment();
  out.append(...blocksOf(text).map((block) => renderBlock(block, false)));
  return out;
}

/** Highlights the command at the start of rendered text. @param {DocumentFragment} fragment */
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
