import "../fakes/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { outline } from "../fakes/dom.js";
globalThis.ResizeObserver = class { observe() {} };
const { load, parse, settled, use, whenSettled } = await import("../../../wwwroot/js/lib/markdown/load.js");
const { MessageText } = await import("../../../wwwroot/js/views/text.js");
const { default: MarkdownIt } = await import("../../../wwwroot/vendor/markdown-it.js");

const inside = (text) => outline(text.el).replace(/^<div>|<\/div>$/gu, "");

test("Until the renderer is here a text is shown as it was typed, then with its look", () => {
  const [plain, marked, answer] = [new MessageText(), new MessageText(), new MessageText()];
  plain.update({ text: "one\u2028  two https://a.example" });
  marked.update({ text: "**one** https://a.example" });
  answer.update({ text: "one **two", answer: true, running: true });
  assert.equal(inside(plain), "one\n  two <a https://a.example>https://a.example</a>");
  assert.equal(inside(marked), "**one** <a https://a.example>https://a.example</a>");
  assert.equal(answer.el.textContent, "one **two");
  assert.ok(marked.el.classList.contains("plain"));
  assert.equal(parse("x"), null);

  use(MarkdownIt);
  assert.equal(inside(marked), "<p><strong>one</strong> <a https://a.example>https://a.example</a></p>");
  assert.ok(!marked.el.classList.contains("plain"));
  answer.update({ text: "one **two** three", answer: true, running: true });
  assert.equal(answer.el.textContent, "one two three");
});

test("A text without Markdown is shown to the last space as it was typed; an answer in paragraphs, as while it grew", () => {
  const text = "  one\n\n\n two - three (4.) #5 https://a.example/b_c_d\n";
  const [message, answer] = [new MessageText(), new MessageText()];
  message.update({ text });
  answer.update({ text: "one\n\ntwo", answer: true });
  assert.equal(message.el.textContent, text);
  assert.ok(message.el.classList.contains("plain"));
  assert.equal(inside(answer), "<p>one</p><p>two</p>");
});

test("Lines that a text consists of are text, between words they are lines", () => {
  for (const [text, expected] of [["---", "---"], ["***", "***"], ["- - -", "- - -"], ["one\n\n---\n\ntwo", "<p>one</p><hr></hr><p>two</p>"]]) {
    const message = new MessageText();
    message.update({ text });
    assert.equal(inside(message), expected);
  }
});

test("The command stands out, in plain text and in Markdown", () => {
  for (const [text, expected] of [["/AIBot hello", "<span>/AIBot</span> hello"], ["/AIBot\n**hello**", "<p><span>/AIBot</span>\n<strong>hello</strong></p>"], ["/AIBots", "/AIBots"]]) {
    const message = new MessageText();
    message.update({ text });
    assert.equal(inside(message), expected);
  }
});

test("Code has a bar with its language above it, and tables have a box", () => {
  const message = new MessageText();
  message.update({ text: "```js\nlet a;\n```\n\n- x\n\n  |a|\n  |-|\n  |b|" });
  assert.equal(inside(message), "<div><div><span>js</span><button>Copy</button></div><pre><code>let a;\n</code></pre></div>"
    + "<ul><li><p>x</p><div><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table></div></li></ul>");
});

test("The first messages wait for the renderer, and not for ever", async () => {
  assert.ok(settled());
  let called = 0;
  whenSettled(() => called++);
  await load(new URL("../../../wwwroot/vendor/markdown-it.js", import.meta.url).href);
  assert.equal(called, 1);
});
