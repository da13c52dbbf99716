import "../fakes/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { outline } from "../fakes/dom.js";
const { linkify, safeHref } = await import("../../../wwwroot/js/lib/linkify.js");

test("Addresses become links without the punctuation around them", () => {
  const texts = {
    "see https://example.org/a.": "see <a https://example.org/a>https://example.org/a</a>.",
    "(https://example.org/a_(b))": "(<a https://example.org/a_(b)>https://example.org/a_(b)</a>)",
    "HTTP://Example.org/?q=1, and": "<a http://example.org/?q=1>HTTP://Example.org/?q=1</a>, and",
    "https://a.example and https://b.example!": "<a https://a.example/>https://a.example</a> and <a https://b.example/>https://b.example</a>!",
    "no address: example.org": "no address: example.org",
    "http://a@evil.example:99999/ is none": "http://a@evil.example:99999/ is none",
  };
  for (const [text, expected] of Object.entries(texts)) assert.equal(outline(linkify(text)), expected);
});

test("Only http, https and mailto addresses are allowed as links", () => {
  assert.equal(safeHref("https://example.org"), "https://example.org/");
  assert.equal(safeHref("mailto:ann@example.org"), "mailto:ann@example.org");
  for (const address of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", "x"]) {
    assert.equal(safeHref(address), null, address);
  }
});

test("A link to another page opens in a new tab without referrer; a link to a message stays in this tab", () => {
  const [away] = linkify("https://evil.example/").children;
  assert.deepEqual([away.target, away.rel], ["_blank", "noopener noreferrer nofollow"]);
  const [here] = linkify("http://chat.example/#/c/default/m/7").children;
  assert.equal(here.target, undefined);
});
