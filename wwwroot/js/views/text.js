// @ts-check
// The text of a message: plain text with links or rendered Markdown; a streaming text with a caret while an answer is
// running. The same text looks the same before and after the server acknowledges it.

import { h } from "../lib/dom.js";
import { linkify } from "../lib/linkify.js";
import { withLineFeeds } from "../lib/markdown/dialect.js";
import { mayHaveMarks, parse, whenSettled } from "../lib/markdown/load.js";
import { blocksOf, isPlain, render } from "../lib/markdown/nodes.js";
import { withControls } from "./code.js";
import { StreamingText } from "./streaming.js";

const COMMAND = /^\/AIBot(?=\s)/iu;

/** @typedef {{text: string, answer?: boolean, running?: boolean, deleted?: boolean}} Words */

export class MessageText {
  el = h("div", { class: "message-text", dir: "auto" });
  /** @type {StreamingText | null} */
  #streaming = null;
  /** @type {Words} */
  #words = { text: "" };
  #shown = "";

  /** @param {Words} words */
  update(words) {
    const now = `${words.running ? "r" : words.deleted ? "d" : "t"}:${words.text}`;
    if (now === this.#shown) return;
    this.#shown = now;
    this.#words = words;
    this.#draw();
  }

  #draw() {
    const { text, answer = false, running, deleted } = this.#words;
    if (running) {
      this.#streaming ??= new StreamingText(this.el);
      this.#streaming.update(text);
      return;
    }
    this.#streaming = null;
    this.el.classList.toggle("deleted", Boolean(deleted));
    const blocks = deleted ? null : this.#blocks(text, answer);
    this.el.classList.toggle("plain", !blocks);
    if (deleted) this.el.replaceChildren("This message was deleted.");
    else if (blocks) this.el.replaceChildren(withCommand(blocks));
    else this.el.replaceChildren(plain(withLineFeeds(text)));
  }

  /** Null for a text without Markdown: it is shown exactly as typed. An answer always has blocks, as while it was streaming. @param {string} text @param {boolean} answer */
  #blocks(text, answer) {
    if (!answer && !mayHaveMarks(text)) return null;
    const parsed = parse(text);
    if (!parsed) {
      whenSettled(() => this.#draw());
      return null;
    }
    const blocks = blocksOf(parsed.tokens);
    const onlyLines = blocks.every((block) => isPlain(block) || block[0].type === "hr") && !blocks.some((block) => block[0].type === "paragraph_open");
    if (!answer && !parsed.escaped && (onlyLines || blocks.every(isPlain))) return null;
    const out = document.createDocumentFragment();
    out.append(...blocks.map((block) => withControls(render(block, parsed.lines))));
    return out;
  }
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
