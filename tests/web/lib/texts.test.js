import assert from "node:assert/strict";
import { test } from "node:test";
import { byteLength } from "../../../wwwroot/js/lib/bytes.js";
import { fenceOpen, fenced, looksLikeCode } from "../../../wwwroot/js/lib/codelike.js";
import { isComposing } from "../../../wwwroot/js/lib/composing.js";
import { hueOf, initialsOf } from "../../../wwwroot/js/lib/person.js";

test("The length of a text is its UTF-8 length", () => {
  assert.deepEqual(["", "a", "ü", "€", "👩‍🚀"].map(byteLength), [0, 1, 2, 3, 11]);
});

test("Several lines of code look like code; prose, lists and single lines do not", () => {
  for (const code of ["function twice(n) {\n  return 2 * n;\n}", "def twice(n):\n    return 2 * n", "<ul>\n<li>one</li>\n</ul>", "git add -A\ngit commit -m x"]) {
    assert.equal(looksLikeCode(code), true, code);
  }
  for (const text of ["Dear all,\nthe plan is ready, have a look.\nBest, Ann", "- milk\n  - two\n- bread", "const one = 1;", "", "```\na();\nb();\n```"]) {
    assert.equal(looksLikeCode(text), false, text);
  }
});

test("A code block stands on lines of its own", () => {
  assert.equal(fenced("See this:", "\na();\n  ", ""), "\n```\na();\n```");
  assert.equal(fenced("", "a();", "and on"), "```\na();\n```\n");
  assert.equal(fenced("See this:\n", "a();", "\nand on"), "```\na();\n```");
  assert.deepEqual(["```\na", "```\na\n```", "a ``` b"].map(fenceOpen), [true, false, false]);
});

test("A key of an input method is recognized by isComposing or by its key code", () => {
  assert.deepEqual([{ isComposing: true, keyCode: 13 }, { isComposing: false, keyCode: 229 }, { isComposing: false, keyCode: 13 }].map(isComposing), [true, true, false]);
});

test("A name gives initials that are whole characters", () => {
  const names = ["Mara Lindqvist", "ann", "jean-luc picard", "👩‍🚀 Zoë", "  ", "é\u0301mile"];
  assert.deepEqual(names.map(initialsOf), ["ML", "A", "JP", "👩‍🚀Z", "?", "É\u0301"]);
});

test("A name has the same hue in every spelling, and never the accent's", () => {
  assert.equal(hueOf("Zoë"), hueOf("zoe\u0308"));
  for (let n = 0; n < 2000; n++) {
    const hue = hueOf(`name ${n}`);
    assert.ok(hue >= 0 && hue < 360 && !(hue > 165 && hue < 215), `${hue}`);
  }
});
