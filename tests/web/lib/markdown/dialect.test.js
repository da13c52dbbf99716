import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, isWords, shown } from "./rendered.js";

/** @param {string} name @param {Record<string, string>} texts what is typed, and what is shown */
const rule = (name, texts) => test(name, () => {
  for (const [typed, expected] of Object.entries(texts)) assert.equal(shown(typed), expected, typed);
});

/** @param {string} name @param {...string} texts */
const asTyped = (name, ...texts) => test(name, () => {
  for (const text of texts) {
    assert.equal(shown(text).replace(/<\/?(?:p|a)\b[^>]*>/gu, ""), text, text);
    assert.ok(isWords(text), text);
  }
});

rule("Marks have their look", {
  "*a* _b_ **c** ~~d~~ `e`": "<p><em>a</em> <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>",
  "# One\n###### Six": "<h1>One</h1><h6>Six</h6>",
  "- a\n- b\n  - c\n\ntext": "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>text</p>",
  "> a\n> b\nc": "<blockquote><p>a\nb\nc</p></blockquote>",
  "one\n\n---\n\ntwo": "<p>one</p><hr></hr><p>two</p>",
  "```js\nlet a;\n```": "<div .code><pre><code =js>let a;\n</code></pre></div>",
});

rule("A line that looks like a link definition is shown", {
  "[10:42]: ok\n\n**done**": "<p>[10:42]: ok</p><p><strong>done</strong></p>",
  "[ann]: hello\n[bob]: yes\n\nwhat **now**?": "<p>[ann]: hello\n[bob]: yes</p><p>what <strong>now</strong>?</p>",
  "see *this*\n\n[todo]: https://example.com/t": "<p>see <em>this</em></p><p>[todo]: <a https://example.com/t>https://example.com/t</a></p>",
});

rule("Entities and HTML are shown as typed", {
  "Use &lt;br&gt; and not <br>, **ok**": "<p>Use &lt;br&gt; and not <br>, <strong>ok</strong></p>",
  "type &nbsp; **here**": "<p>type &nbsp; <strong>here</strong></p>",
  "AT&amp;T &copy; &#65; `&#66;`": "<p>AT&amp;T &copy; &#65; <code>&#66;</code></p>",
  "[a](https://x.example/?b&lt;c)": "<p><a https://x.example/?b&lt;c>a</a></p>",
  "<b>*x*</b>": "<p><b><em>x</em></b></p>",
});

rule("A line under a title is a line or is shown, not a heading", {
  "Title\n---\ntext": "<p>Title</p><hr></hr><p>text</p>",
  "Title\n===\n*text*": "<p>Title\n===\n<em>text</em></p>",
});

rule("No line of a fence is lost", {
  "```const a = 1;\nb\n```": "<div .code><pre><code>const a = 1;\nb\n</code></pre></div>",
  "```js title=\"a.js\"\nb\n```": "<div .code><pre><code>js title=\"a.js\"\nb\n</code></pre></div>",
  "```c++\na\n```": "<div .code><pre><code =c++>a\n</code></pre></div>",
  "~~~\na\n```\nb\n~~~\nc": "<div .code><pre><code>a\n```\nb\n</code></pre></div><p>c</p>",
  "```\nnever closed": "<div .code><pre><code>never closed</code></pre></div>",
});

asTyped("A lone mark is text", "-", "- ".trim(), "*", "+", "1.", "0)", ">", ">\n>", "#", "##", "```", "```js", "~~~", "```\n```", "`", "**", "~~", "a * b", "2 ** 3", "_", "[", "](", "> -", "- -");

test("A lone mark among others is text as well", () => {
  assert.equal(shown("**a**\n\n-"), "<p><strong>a</strong></p><p>-</p>");
  assert.equal(shown("**a**\n\n>"), "<p><strong>a</strong></p><p>></p>");
  assert.equal(shown("- a\n-\n- b"), "<ul><li>a</li><li></li><li>b</li></ul>");
  assert.equal(shown("# C #\n## ##"), "<h1>C #</h1><h2>##</h2>");
});

asTyped("A backslash is a backslash where nothing would have acted", "C:\\_temp\\new", "\\d+\\.\\d*", "¯\\_(ツ)_/¯", "\\\\server\\share", "\\*lone", "\\(x\\) \\[y\\]", "a\\|b", "\\&", "50\\%", "end\\", "\\-5");

rule("A backslash before a mark that would have acted is an escape", {
  "\\*a\\* b": "<p>*a* b</p>",
  "\\_a\\_ \\~~b\\~~": "<p>_a_ ~~b~~</p>",
  "\\**a**": "<p>*<em>a</em>*</p>",
  // The first of these two stars is a lone one with and without the backslash.
  "\\**a*": "<p>\\*<em>a</em></p>",
  "\\\\*a*": "<p>\\<em>a</em></p>",
  "\\`a\\` `b\\`": "<p>`a` <code>b\\</code></p>",
  "\\[x\\](https://y.example)": "<p>[x](<a https://y.example>https://y.example</a>)</p>",
  "[a\\]b](https://x.example)": "<p><a https://x.example>a]b</a></p>",
  "\\# a\n\\- b\n\\> c": "<p># a\n- b\n> c</p>",
  "7\\. a": "<p>7. a</p>",
  "|a|b|\n|-|-|\n|x\\|y|z|": "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x|y</td><td>z</td></tr></tbody></table>",
});

rule("Emphasis stands beside CJK, Thai and Korean without spaces, and not between digits", {
  "**中文（x）**中文": "<p><strong>中文（x）</strong>中文</p>",
  "これは**「引用」**です": "<p>これは<strong>「引用」</strong>です</p>",
  "**“强调”**后": "<p><strong>“强调”</strong>后</p>",
  "*强调。*后面": "<p><em>强调。</em>后面</p>",
  "**\"말\"**은": "<p><strong>\"말\"</strong>은</p>",
  "**(ไทย)**ไทย": "<p><strong>(ไทย)</strong>ไทย</p>",
  "~~（x）~~中": "<p><del>（x）</del>中</p>",
  "5*3*2 = 30, 2**10**3": "<p>5*3*2 = 30, 2**10**3</p>",
  "snake_case_name **x**": "<p>snake_case_name <strong>x</strong></p>",
});

rule("Lists keep their numbers", {
  "0. zero\n1. one": "<ol 0><li>zero</li><li>one</li></ol>",
  "3. a\n5. b\n6. c": "<ol 3><li>a</li><li 5>b</li><li>c</li></ol>",
  "1. a\n1. b": "<ol><li>a</li><li 1>b</li></ol>",
  "2026. a year": "<ol 2026><li>a year</li></ol>",
  "2) a\n3) b": "<ol 2><li>a</li><li>b</li></ol>",
});

rule("Tables keep their alignment and the cells beyond their header", {
  "|a|b|c|\n|:-|:-:|-:|\n|1|2|3|4|": "<table><thead><tr><th .left>a</th><th .center>b</th><th .right>c</th></tr></thead><tbody><tr><td .left>1</td><td .center>2</td><td .right>3</td><td>4</td></tr></tbody></table>",
  "|a|b|\n|-|-|\n|1|": "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td></td></tr></tbody></table>",
  "|a|\n|-|-|": "<p>|a|\n|-|-|</p>",
});

test("Whatever parts lines is a line break", () => {
  for (const end of ["\n", "\r\n", "\r", "\u2028", "\u2029", "\u0085", "\v", "\f"]) assert.equal(shown(`one${end}*two*`), "<p>one\n<em>two</em></p>");
});

rule("Spaces within a paragraph stay", { "a  b\n   c\n**d**": "<p>a  b\n   c\n<strong>d</strong></p>", "  x *y*": "<p>  x <em>y</em></p>" });

test("Blocks that are too deep in each other are text", () => {
  assert.equal(shown(`${"> ".repeat(20)}x`).match(/<blockquote>/gu)?.length, 16);
  assert.ok(shown(`${">".repeat(10_000)} deep`).includes("deep"));
  assert.ok(shown(Array.from({ length: 40 }, (_, n) => `${"  ".repeat(n)}- i${n}`).join("\n")).includes("i39"));
});

test("Emphasis that is too deep in itself is text", () => {
  const stars = "*".repeat(5000);
  const [p] = elementsOf(`${stars}a${stars}`);
  assert.ok(outlineDepth(p) < 60);
  assert.equal(p.textContent.replace(/^\**a\**$/u, "a"), "a");
  assert.ok(p.textContent.length > 9000);
});

/** @param {any} node @returns {number} */
function outlineDepth(node) {
  let depth = 0;
  for (let at = node; at; at = at.children?.[0]) depth++;
  return depth;
}
