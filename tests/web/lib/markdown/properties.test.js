import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, visible } from "./rendered.js";
const { parse } = await import("../../../../wwwroot/js/lib/markdown/load.js");

// Printed with a failure: SEED=… runs the same texts again.
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const TEXTS = 3000;
const PATTERNS = 60;

const PIECES = ["*", "**", "_", "~~", "~", "`", "``", "```", "```js", "[", "](", "](http://a.example/c9 ", "](http://a.example/c8)", ")", "(", "<", ">", "> ", "> > ", "- ", "1. ", "23. ", "7) ", "* ", "#", "# ",
  "\n", "\n", "\n\n", "  ", "    ", "\t", "|", "|-|", "|a|b|\n|-|-|\n", "x|", "|m|n|o|\n", "\\", "\\\\", "\\*", "\\[", "\\`", "\\_", "!", "a", "1", "é", "漢", "。", "👍", "https://b.example/", " https://q.example/e_r(t) ", "www.x.example",
  "mailto:a@b.example", "&amp;", "'", "\"t\")", "---", "- - -", "~~~", "[a](b", "[lab](https://z.example/p \"ti\")", "{", "}", "\r", "\u2028", ":", "word ", " two words ", "+ ", "=", "==="];

/** Linear congruential: small, and the same everywhere. @param {number} seed */
function random(seed) {
  let state = seed % 2_147_483_648;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

/** How often each letter and digit occurs. @param {string} text */
function count(text) {
  const counts = new Map();
  for (const [char] of text.matchAll(/[\p{L}\p{N}]/gu)) counts.set(char, (counts.get(char) ?? 0) + 1);
  return counts;
}

test("Every letter and every digit of a text can be seen", () => {
  const next = random(SEED);
  for (let n = 0; n < TEXTS; n++) {
    const text = Array.from({ length: 1 + next(20) }, () => PIECES[next(PIECES.length)]).join("");
    const seen = count(elementsOf(text).map(visible).join("\n"));
    for (const [char, times] of count(text)) assert.ok((seen.get(char) ?? 0) >= times, `SEED=${SEED}: ${char} is lost in ${JSON.stringify(text)}`);
  }
});

test("Only elements of a message are made, and links lead to pages and mail only", () => {
  const allowed = new Set("P BR EM STRONG DEL CODE PRE DIV SPAN BLOCKQUOTE UL OL LI H1 H2 H3 H4 H5 H6 HR A TABLE THEAD TBODY TR TH TD".toLowerCase().split(" "));
  const all = (/** @type {any} */ node) => [node, ...node.children.flatMap(all)];
  const next = random(SEED);
  const hostile = ["<script>", "<img src=x onerror=alert(1)>", "javascript:", "[x](javascript:alert(1))", "[x](data:text/html,y)", "<javascript:alert(1)>", "![x](https://e.example/a.png)", ...PIECES];
  for (let n = 0; n < TEXTS; n++) {
    const text = Array.from({ length: 1 + next(12) }, () => hostile[next(hostile.length)]).join("");
    for (const el of elementsOf(text).flatMap(all)) {
      assert.ok(allowed.has(el.localName), `SEED=${SEED}: ${el.localName} in ${JSON.stringify(text)}`);
      if (el.localName === "a") assert.match(el.href, /^(?:https?|mailto):/iu, `SEED=${SEED}: ${JSON.stringify(text)}`);
    }
  }
});

/** The CPU time that parsing takes at its best, in milliseconds: other programs run on this machine, and memory is cleaned up meanwhile. @param {string} text */
function fastest(text) {
  let best = Infinity;
  for (let n = 0; n < 3; n++) {
    const began = process.cpuUsage();
    parse(text);
    best = Math.min(best, process.cpuUsage(began).user / 1000);
  }
  return best;
}

const SMALL = 4096;
const LARGE = 4 * SMALL;
// Linear growth is 4, quadratic growth 16. What takes less than this in any case is fast enough.
const MOST_GROWTH = 10;
const FAST_MS = 100;

/** @param {string} unit @param {string} name */
function assertLinear(unit, name) {
  const text = (/** @type {number} */ length) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  for (let tries = 1; ; tries++) {
    const [small, large] = [fastest(text(SMALL)), fastest(text(LARGE))];
    if (large <= Math.max(FAST_MS, MOST_GROWTH * small)) return;
    assert.ok(tries < 5, `${name}: ${SMALL} characters of ${JSON.stringify(unit)} took ${small.toFixed(1)} ms, ${LARGE} took ${large.toFixed(1)} ms`);
  }
}

test("Parsing takes time in proportion to the length of a text, whatever its marks", () => {
  const known = ["[", "![", "[](", "[a](", "*a", "_a", "*_", "**\\", ">", "> ", ">\n", "1. ", "- ", "`", "|a", "<", "~~", "&amp;", "\\", "\\`* *", "```\n", "a\n```x\n", "  - ", "[a](b&amp;- www.", "www.===+ ", " ", ")", "](<",
    "[a](http://b.example \"", "- - - x", "\\-", "a|\n-|\n", "a@", "http://"];
  for (const unit of known) assertLinear(unit, "known");
  const next = random(SEED);
  for (let n = 0; n < PATTERNS; n++) assertLinear(Array.from({ length: 1 + next(4) }, () => PIECES[next(PIECES.length)]).join(""), `SEED=${SEED}`);
});

test("A long answer with thousands of marks is rendered", () => {
  const notes = `## Release notes\n\n${Array.from({ length: 60 }, (_, i) => `- [#${1000 + i}](https://git.example.org/team/app/issues/${1000 + i}): the **importer** keeps \`null\` fields.`).join("\n")}`;
  assert.equal(elementsOf(notes)[1].children.length, 60);
  const table = `| id | a | b |\n|---|---|---|\n${Array.from({ length: 700 }, (_, i) => `| ${i} | ${i + 1} | ${i + 2} |`).join("\n")}`;
  assert.equal(elementsOf(table)[0].children[1].children.length, 700);
  const answer = Array.from({ length: 45 }, (_, i) => `### Step ${i}\n\n1. Open \`settings.json\` (in the *home* folder).\n2. Set **retries** to \`${i}\`, e.g. \`"retries": ${i}\`.\n\n\`\`\`sh\nmake all\n\`\`\``).join("\n\n");
  assert.deepEqual(elementsOf(answer).slice(-3).map((el) => el.localName), ["h3", "ol", "div"]);
});
