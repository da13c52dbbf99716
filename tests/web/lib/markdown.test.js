import "../fakes/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, outline } from "../fakes/dom.js";
const { blocksOf, hasMarkdown, renderBlock } = await import("../../../wwwroot/js/lib/markdown.js");

const shown = (text) => blocksOf(text).map((block, at, all) => outline(renderBlock(block, at === all.length - 1))).join("");

test("Blocks and inline marks are rendered", () => {
  assert.equal(shown("## Plan\nFirst **of all**, `build`.\n\n1. one\n2. two\n   - inner [docs](https://example.org/a)\n> said\n"),
    "<h2>Plan</h2><p>First <strong>of all</strong>, <code>build</code>.</p><ol><li>one</li><li>two<ul><li>inner <a https://example.org/a>docs</a></li></ul></li></ol><blockquote><p>said</p></blockquote>");
  assert.equal(shown("Two *lines*\nof one:\n```js\nconst a = 1;\n```\nThat is all."),
    "<p>Two <em>lines</em><br>of one:</p><div><pre><code>const a = 1;</code></pre></div><p>That is all.</p>");
  assert.equal(shown("3. three\n4. four\n   and its second line"), "<ol 3><li>three</li><li>four<br>and its second line</li></ol>");
});

test("No marker is visible at any length of a growing text", () => {
  const text = "## Plan\nFirst **of all**, `build`.\n\n1. one\n2. two\n   - inner [docs](https://example.org/a)\n> said";
  for (let end = 1; end <= text.length; end++) {
    const words = blocksOf(text.slice(0, end)).map((block, at, all) => renderBlock(block, at === all.length - 1).textContent).join("\n");
    assert.doesNotMatch(words, /[#*`>]|\d\./u, text.slice(0, end));
  }
});

test("A block before the last one no longer changes", () => {
  const text = "The **first** paragraph.\n\n- one\n- two\n\n```\na\n\nb\n```\n> quote\n\nlast one";
  const whole = blocksOf(text);
  for (let end = 1; end <= text.length; end++) {
    const so = blocksOf(text.slice(0, end)).slice(0, -1);
    assert.deepEqual(so, whole.slice(0, so.length), text.slice(0, end));
  }
});

test("An open fence is a code block whose content is text", () => {
  assert.equal(shown("Like this:\n\n```css\n* { color: red }\n</code></pre><style>* { display: none }</style>"),
    "<p>Like this:</p><div><pre><code>* { color: red }\n</code></pre><style>* { display: none }</style></code></pre></div>");
  assert.deepEqual(blocksOf("~~~\na\n```\nb\n~~~\nc").map(({ type, text }) => [type, text]), [["code", "a\n```\nb"], ["text", "c"]]);
});

test("Any text creates only allowed elements and safe links", () => {
  const allowed = new Set("p br em strong code pre div blockquote ul ol li h1 h2 h3 h4 h5 h6 a".split(" "));
  const texts = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "[click](data:text/html,x) **b** `<b>`",
    "[ref]: javascript:alert(1)\n\n[ref]", "- <script>alert(1)</script>\n  1. > # <svg onload=alert(1)>", "```\"onload=alert(1) x=\nx\n```",
    `${">".repeat(3000)} deep`, `${"*".repeat(5000)}a${"*".repeat(5000)}`, "[".repeat(5000), "[a](".repeat(2000), " - x\n".repeat(400),
  ];
  for (const text of texts) {
    for (const block of blocksOf(text)) {
      for (const el of elementsOf(renderBlock(block, true))) {
        assert.ok(allowed.has(el.localName), el.localName);
        if (el.localName === "a") assert.match(el.href, /^(https?|mailto):/u);
      }
    }
  }
  assert.equal(shown("[click](javascript:alert(1)) x"), "<p>[click](javascript:alert(1)) x</p>");
});

test("Markdown is detected", () => {
  for (const text of ["**a**", "`a`", "# a", "- a", "> a", "```\na", "[a](https://a.example)"]) assert.equal(hasMarkdown(text), true, text);
  for (const text of ["a", "a * b * c", "1.5 and 2.5", "see https://a.example", "a\nb"]) assert.equal(hasMarkdown(text), false, text);
});
