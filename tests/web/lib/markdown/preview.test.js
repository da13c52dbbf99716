import assert from "node:assert/strict";
import { test } from "node:test";
import "./rendered.js";
const { preview } = await import("../../../../wwwroot/js/lib/markdown/preview.js");

test("A preview is words without marks, in one line", () => {
  assert.equal(preview("## Plan\n\n- **one**\n- `two` [docs](https://a.example)\n\n```js\nlet a;\n```", 100), "Plan one two docs let a;");
  assert.equal(preview("just\n  words", 100), "just words");
  assert.equal(preview("-", 100), "-");
});

test("A preview is cut between characters as people see them", () => {
  assert.equal(preview("abcdef", 3), "abc…");
  assert.equal(preview("ab👩‍🚀cd", 4), "ab…");
  assert.equal(preview("e\u0301e\u0301e\u0301", 3), "e\u0301…");
  assert.equal(preview("🇩🇪🇫🇷", 5), "🇩🇪…");
  assert.equal(preview("x".repeat(10_000), 5), "xxxxx…");
  assert.ok(preview(`a${"\u0301".repeat(500)}`, 10).length <= 11);
});
