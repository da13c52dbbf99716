import assert from "node:assert/strict";
import { test } from "node:test";
import { shown } from "./rendered.js";
globalThis.ResizeObserver ??= class { observe() {} };
const { withoutLooseEnd } = await import("../../../../wwwroot/js/lib/markdown/closed.js");
const { StreamingText } = await import("../../../../wwwroot/js/views/streaming.js");

const ANSWER = "## Plan\nFirst **of all**, `build`.\n\n1. one\n2. two\n   - inner [docs](https://example.org/a)\n> said\n\n- one\n- two\n\n```js\nlet a;\n\nlet b;\n```\n\n|a|b|\n|-|-|\n|1|2|\n\nlast *one*";

test("Character by character no mark flashes up", () => {
  const text = "## Plan\nFirst **of all**, `build` ~~x~~.\n\n1. one\n2. two\n   - inner [docs](https://example.org/a)\n> said";
  for (let end = 1; end <= text.length; end++) {
    const words = shown(withoutLooseEnd(text.slice(0, end)), true).replace(/<[^<>]*>/gu, "\n");
    assert.doesNotMatch(words, /[#*`>~]|\d\./u, text.slice(0, end));
  }
});

test("An answer that has grown looks as if it had come at once, and its finished blocks keep their nodes", () => {
  const el = document.createElement("div");
  const streaming = new StreamingText(el);
  /** @type {any[]} */
  let before = [];
  for (let end = 0; end <= ANSWER.length; end++) {
    streaming.update(ANSWER.slice(0, end));
    const now = el.children.filter((/** @type {any} */ child) => child.className !== "caret");
    before.slice(0, -2).forEach((block, at) => assert.equal(now[at], block, `block ${at} at ${JSON.stringify(ANSWER.slice(0, end))}`));
    before = now;
  }
  const whole = document.createElement("div");
  new StreamingText(whole).update(ANSWER);
  assert.equal(el.textContent, whole.textContent);
  assert.deepEqual(before.map((block) => block.localName), ["h2", "p", "ol", "blockquote", "ul", "div", "div", "p"]);
});

test("A text that begins anew replaces what has grown", () => {
  const el = document.createElement("div");
  const streaming = new StreamingText(el);
  streaming.update("one\n\ntwo\n\nthree\n\nfour");
  streaming.update("another\n\ntext");
  assert.equal(el.textContent, "anothertext");
});

test("Half of a character waits for its other half", () => {
  assert.equal(withoutLooseEnd("a \ud83d"), "a ");
  assert.equal(withoutLooseEnd("a 👍"), "a 👍");
});
