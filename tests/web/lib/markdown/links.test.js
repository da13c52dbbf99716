import assert from "node:assert/strict";
import { test } from "node:test";
import { shown } from "./rendered.js";
const { addressesIn } = await import("../../../../wwwroot/js/lib/addresses.js");
const { linkify } = await import("../../../../wwwroot/js/lib/linkify.js");

const found = (text) => addressesIn(text).map(({ start, end }) => text.slice(start, end));

test("An address ends where its sentence goes on", () => {
  const texts = {
    "see https://example.org/a.": ["https://example.org/a"],
    "(https://example.org/a_(b)) and [https://example.org/c]": ["https://example.org/a_(b)", "https://example.org/c"],
    "HTTP://Example.org/?q=1, and": ["HTTP://Example.org/?q=1"],
    "http://localhost:5000/x and http://server/y and https://10.0.0.1:8443": ["http://localhost:5000/x", "http://server/y", "https://10.0.0.1:8443"],
    "http://[::1]:5000/x!": ["http://[::1]:5000/x"],
    "https://a.example/b#c?d=e&f=g%20h;": ["https://a.example/b#c?d=e&f=g%20h"],
    "www.example.org/x, mailto:ann@example.org!": ["www.example.org/x", "mailto:ann@example.org"],
    "https://a.example/x؟ https://a.example/y। https://a.example/z። https://a.example/…": ["https://a.example/x", "https://a.example/y", "https://a.example/z", "https://a.example/"],
    "«https://a.example» “https://a.example/b”吧 „https://a.example/c“": ["https://a.example", "https://a.example/b", "https://a.example/c"],
    "https://a.example/'b'": ["https://a.example/'b"],
    "https://a.example👍": ["https://a.example"],
    "https://a.example/\u202egnp": ["https://a.example/"],
  };
  for (const [text, expected] of Object.entries(texts)) assert.deepEqual(found(text), expected, text);
});

test("Scripts without spaces may stand right beside an address", () => {
  const texts = {
    "見てhttps://example.orgを見て": ["https://example.org"],
    "请看https://example.org/a，谢谢": ["https://example.org/a"],
    "请看https://example.org/a谢谢": ["https://example.org/a"],
    "（https://example.org/a）。次": ["https://example.org/a"],
    "https://example.org/を": ["https://example.org/"],
    "https://example.org에서": ["https://example.org"],
    "ดูhttps://example.org/aนะ": ["https://example.org/a"],
    "https://ja.wikipedia.org/wiki/日本語": ["https://ja.wikipedia.org/wiki/日本語"],
    "https://日本語.jp/x": ["https://日本語.jp/x"],
    "https://ru.wikipedia.org/wiki/Москва": ["https://ru.wikipedia.org/wiki/Москва"],
  };
  for (const [text, expected] of Object.entries(texts)) assert.deepEqual(found(text), expected, text);
});

test("What is no address is text", () => {
  for (const text of ["example.org", "http://", "https://...", "xhttp://a.example", "http://a@evil.example:99999/", "www.x", "www", "mailto:ann", "ftp://a.example/www.b.example", "javascript:alert(1)"]) {
    assert.deepEqual(found(text), [], text);
  }
});

test("One rule holds in plain text, in Markdown and in the target of a link", () => {
  const address = "https://a.example:8080/x_y_(z)?q=*1";
  for (const around of ["@", "*@*", "**@**", "~~@~~", "_@_", "# @", "- @", "> @", "|@|\n|-|", "“@”", "(@).", "**@**，次", "x[y] @, z"]) {
    assert.ok(shown(around.replace("@", address)).includes(`<a ${address}>${address}</a>`), around);
  }
  assert.equal(shown(`[words](${address})`), `<p><a ${address}>words</a></p>`);
  assert.equal(shown("[w](www.a.example) [m](mailto:a@b.example)"), "<p><a http://www.a.example>w</a> <a mailto:a@b.example>m</a></p>");
});

test("A link shows its title, and its address if it has no words", () => {
  assert.equal(shown('[docs](https://a.example/b "The title")'), '<p><a https://a.example/b>docs</a> "The title"</p>');
  assert.equal(shown("[](https://a.example/b)"), "<p><a https://a.example/b>https://a.example/b</a></p>");
  assert.equal(shown("![alt](https://a.example/b.png)"), "<p>!<a https://a.example/b.png>alt</a></p>");
  assert.equal(shown("[a](<https://a.example/b c>)"), "<p><a https://a.example/b c>a</a></p>");
});

test("Only pages and mail addresses are links", () => {
  for (const address of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", "/x", "#/c", "x"]) {
    const text = `[click](${address}) *x*`;
    assert.equal(shown(text), `<p>[click](${address}) <em>x</em></p>`);
  }
});

test("A link whose words look like another address shows its real host", () => {
  const host = (text) => /<span \.host> \((.*?)\)<\/span>/u.exec(shown(text))?.[1] ?? "";
  for (const words of ["https://bank.example/login", "bank.example", "**bank.example**", "see bank.example/login now", "www.bank.example", "bank。example", "bank\u200b.example", "10.0.0.1", "moc.elpmaxe.knab",
    "https://localhost", "paypal.com"]) {
    assert.equal(host(`[${words}](https://evil.example/bank.example)`), "evil.example", words);
  }
  for (const text of ["[docs](https://a.example)", "[a.example](https://a.example/x)", "[www.a.example/b.html](https://a.example)", "[v1.2.3, e.g. U.S.](https://a.example)", "https://a.example/b.c",
    "[ann@a.example](mailto:ann@a.example)", "[münchen.example](https://xn--mnchen-3ya.example)"]) {
    assert.equal(host(text), "", text);
  }
  assert.equal(host("*x* https://bank.example@evil.example/"), "evil.example");
  assert.equal(host("[ann@bank.example](mailto:eve@evil.example)"), "evil.example");
  assert.ok(linkify("https://bank.example@evil.example/").textContent.endsWith(" (evil.example)"));
});
