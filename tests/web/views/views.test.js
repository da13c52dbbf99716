// Texts and decisions of views. Layout and styles are tested in the browser.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { outline } from "../fakes/dom.js";
import { hide } from "../fakes/browser.js";
import { BEN, ME, Server, join } from "../fakes/room.js";

globalThis.ResizeObserver = class { observe() {} };
globalThis.isSecureContext = true;
document.querySelectorAll = () => [{}, {}];

const random = Math.random;
let page;
/** Mounts a view in a live room. */
async function mount(name, server) {
  page = await join(server);
  const el = document.createElement("main");
  const { mount: make } = await import(`../../../wwwroot/js/views/${name}.js`);
  const part = make(el, page.store);
  page.store.subscribe(() => part.update());
  part.update();
  return { ...page, el };
}
afterEach(() => {
  Math.random = random;
  page?.clock.restore();
});

test("Up to three typing users are named, more are \"several\", and each disappears after five seconds", async () => {
  const { server, clock, el } = await mount("typing");
  const type = (name) => server.socket.receive({ type: "typing", conversation: "default", user: { id: name, name } });
  const sentences = ["Ada", "Bea", "Cem", "Dov"].map((name) => {
    type(name);
    return el.textContent;
  });
  assert.deepEqual(sentences, ["Ada is typing…", "Ada and Bea are typing…", "Ada, Bea and Cem are typing…", "Several people are typing…"]);
  await clock.run(4900);
  type("Ada");
  await clock.run(200);
  assert.equal(el.textContent, "Ada is typing…");
  await clock.run(5000);
  assert.equal(el.textContent, "");
  type("Ada");
  server.socket.drop();
  assert.equal(el.textContent, "");
});

test("A short connection loss shows no banner; after two seconds a banner says what happens to messages", async () => {
  const { server, store, clock, el } = await mount("banner");
  const [banner] = el.children;
  server.socket.drop();
  await clock.run(1900);
  assert.equal(store.link.phase, "live");
  assert.equal(banner.hidden, true);

  Math.random = () => 0.9;
  const { FakeSocket } = await import("../fakes/browser.js");
  FakeSocket.onMade = (socket) => queueMicrotask(() => socket.drop());
  server.socket.drop();
  await clock.run(1999);
  assert.equal(banner.hidden, true);
  await clock.run(20);
  assert.equal(banner.hidden, false);
  const said = () => el.textContent;
  assert.match(said(), /are kept and sent after/u);
  store.send("one");
  assert.match(said(), /1 message is waiting/u);
  store.send("two");
  assert.match(said(), /2 messages are waiting/u);
  navigator.onLine = false;
  store.changed();
  assert.match(said(), /^Offline\./u);
  navigator.onLine = true;
  store.link.goawayMs = 1;
  store.changed();
  assert.match(said(), /^The server is restarting\./u);
  FakeSocket.onMade = (socket) => server.take(socket);
  await clock.run(40_000);
  assert.equal(banner.hidden, true);
  server.socket.drop(4409);
  assert.match(said(), /^Disconnected\. Too many windows.*Reconnect$/u);
  el.querySelector("button").click();
  await clock.run(10);
  assert.deepEqual([store.link.phase, banner.hidden], ["live", true]);
});

test("A dismissed offer of a new version does not return", async () => {
  const { store, el } = await mount("toast");
  const [toast] = el.children;
  assert.equal(toast.hidden, true);
  store.session.markOutdated();
  assert.equal(toast.hidden, false);
  toast.querySelectorAll("button")[1].click();
  store.session.markOutdated();
  assert.equal(toast.hidden, true);
});

/** A text field with completion. */
async function offer() {
  const { completion } = await import("../../../wwwroot/js/views/complete.js");
  const input = document.createElement("textarea");
  const taken = [];
  const complete = completion(input, (text) => taken.push((input.value = text)));
  const type = (text) => {
    input.value = text;
    complete.update();
    return !complete.el.hidden;
  };
  return { input, complete, taken, type, press: (key, more) => complete.key({ key, preventDefault() {}, ...more }) };
}

test("The bot command is offered only after a slash at the beginning", async () => {
  const { type, complete, input } = await offer();
  for (const text of ["/", "/a", "/ai", "/AIB", "/aibot"]) assert.equal(type(text), true, text);
  assert.match(outline(complete.el), /^<ul><li><span>\/AIBot<\/span>/u);
  assert.equal(input.getAttribute("aria-activedescendant"), "complete-0");
  for (const text of ["", "see /", "either/", "/AIBot ", "/AIBot /", "/x", "line\n/", "/aibots"]) assert.equal(type(text), false, text);
  assert.equal(input.getAttribute("aria-activedescendant"), null);
});

test("Enter and Tab accept the command, but not with Shift, during composition, or if nothing is offered", async () => {
  for (const key of ["Enter", "Tab"]) {
    const { type, press, taken, input } = await offer();
    type("/ai");
    for (const mark of [{ isComposing: true }, { keyCode: 229 }, { shiftKey: true }]) assert.equal(press(key, mark), false);
    assert.deepEqual(taken, []);
    assert.equal(press(key), true);
    assert.deepEqual([taken, input.value], [["/AIBot "], "/AIBot "]);
    assert.equal(press(key), false);
  }
});

test("Escape closes the list and keeps the text; other text opens it again", async () => {
  const { type, press, complete, input } = await offer();
  type("/");
  assert.equal(press("Escape"), true);
  assert.deepEqual([complete.el.hidden, input.value], [true, "/"]);
  assert.equal(press("Enter"), false);
  assert.equal(type("/"), false);
  assert.equal(type("/a"), true);
  type("");
  assert.equal(type("/"), true);
});

/** A room with recorded notifications. */
async function notifier({ granted = "granted", on = true, isNotifier = true } = {}) {
  const shown = [];
  globalThis.Notification = class {
    static permission = granted;
    constructor(title, { body }) { shown.push(`${title}: ${body}`); }
  };
  const opened = await mount("typing");
  navigator.locks = { request: (_, held) => void (isNotifier && held()) };
  if (on) localStorage.setItem("actorchat.notify", "on");
  const { mount: notify } = await import("../../../wwwroot/js/views/notify.js");
  notify(opened.el, opened.store);
  return { ...opened, shown };
}

test("A new message raises a notification only while the page is hidden", async () => {
  const { server, clock, shown } = await notifier();
  server.say({ text: "seen" });
  await clock.run(1000);
  hide(true);
  server.say({ text: "ring" });
  server.say({ sender: ME });
  server.say({ kind: "ai_response", state: "running" });
  await clock.run(1000);
  assert.deepEqual(shown, ["Ben: ring"]);
});

test("Missed messages are counted and raise no notification", async () => {
  const { server, clock, c, shown } = await notifier();
  hide(true);
  server.fill(3);
  server.socket.drop();
  await clock.run(2000);
  assert.deepEqual([c.unread, shown], [3, []]);
  server.say({ text: "new" });
  await clock.run(1000);
  assert.deepEqual([c.unread, shown], [4, ["Ben: new"]]);
});

test("A message that another tab shows raises no notification", async () => {
  const { server, clock, store, shown } = await notifier();
  hide(true);
  server.say();
  await clock.run(300);
  store.apply({ type: "read", conversation: "default", seq: 1 });
  await clock.run(1000);
  assert.deepEqual(shown, []);
});

test("There is no notification if another tab is responsible, or they are off, or the system denies them", async () => {
  for (const how of [{ isNotifier: false }, { on: false }, { granted: "denied" }]) {
    const { server, clock, shown } = await notifier(how);
    hide(true);
    server.say();
    await clock.run(1000);
    assert.deepEqual(shown, []);
    clock.restore();
  }
});

test("The title and the sidebar show the number of unread messages", async () => {
  const server = new Server();
  server.fill(2);
  const { el } = await mount("title", server);
  assert.equal(document.title, "(2) General · ActorChat");
  const { mount: sidebar } = await import("../../../wwwroot/js/views/sidebar.js");
  const part = sidebar(el, page.store);
  part.update();
  assert.equal(el.querySelector(".badge").textContent, "2 unread");
  page.store.reading.markSeen(page.c);
  part.update();
  assert.deepEqual([document.title, el.querySelector(".badge")], ["General · ActorChat", null]);
});

test("People are listed by name with the user marked; a large room shows only their number", async () => {
  const { server, store, c } = await mount("typing");
  const { peopleList } = await import("../../../wwwroot/js/views/people.js");
  const list = peopleList();
  const shown = (frame) => {
    server.socket.receive({ type: "presence", conversation: "default", ...frame });
    list.update(c, store.me.id, true);
    return [list.el.querySelector("h2").textContent, ...list.el.querySelectorAll("li").map((li) => li.textContent)];
  };
  assert.deepEqual(shown({ state: [BEN, ME] }), ["Here now · 2", "Annyou", "Ben"]);
  assert.deepEqual(shown({ count: 1204 }), ["Here now · 1,204"]);
});

test("The palette finds commands by word beginnings, messages by number, and days", async () => {
  const server = new Server();
  server.fill(80);
  const { store, c } = await mount("typing", server);
  globalThis.Notification = class { static permission = "default"; };
  const { commandsFor } = await import("../../../wwwroot/js/views/commands.js");
  const labels = (typed) => commandsFor(store, typed).map((command) => command.label);
  assert.deepEqual(labels("dark"), ["Theme: dark"]);
  assert.deepEqual(labels("nothing of that kind"), []);
  assert.deepEqual([labels("77")[0], labels("#77")[0], labels("81").length, labels("0").length], ["Go to message 77", "Go to message 77", 0, 0]);
  assert.equal(labels("today")[0], "Go to Today");
  assert.ok(labels("").includes("Turn notifications on"));
  commandsFor(store, "77")[0].run();
  assert.deepEqual([location.hash, c.scrollTarget], ["#/c/default/m/77", { seq: 77, highlight: true }]);
  await commandsFor(store, "first")[0].run();
  assert.equal(location.hash, "#/c/default/m/1");
});

test("A streaming text keeps finished blocks, never shows half a surrogate pair, and has its caret at the end", async () => {
  page = await join();
  const { use } = await import("../../../wwwroot/js/lib/markdown/load.js");
  use((await import("../../../wwwroot/vendor/markdown-it.js")).default);
  const { StreamingText } = await import("../../../wwwroot/js/views/streaming.js");
  const el = document.createElement("div");
  const streaming = new StreamingText(el);
  streaming.update("");
  assert.equal(outline(el), "<div><span></span></div>");
  const text = "The **first** 👩‍🚀é.\n\nThe second 👩‍🚀 one\n\n- a\n- b";
  let first = null;
  for (let end = 1; end <= text.length; end++) {
    streaming.update(text.slice(0, end));
    assert.ok(el.textContent.isWellFormed(), "Half a surrogate pair is shown.");
    if (el.children.length >= 2) assert.equal(el.children[0], (first ??= el.children[0]));
    assert.equal(el.querySelectorAll(".caret").length, 1);
  }
  assert.equal(outline(el), "<div><p>The <strong>first</strong> 👩‍🚀é.</p><p>The second 👩‍🚀 one</p><ul><li>a</li><li>b<span></span></li></ul></div>");
});

test("A hole is loaded from the reader's side", async () => {
  const { store } = await mount("typing");
  const { makeRow } = await import("../../../wwwroot/js/views/row.js");
  const hole = { id: 31, from: 31, to: 1080 };
  const view = makeRow({ type: "hole" }, store);
  view.update({ hole });
  assert.equal(view.el.textContent, "1,050 messages not loadedLoad");
  const asked = [];
  store.paging.hole = (_, which, down) => asked.push([which, down]);
  for (const position of [{ seq: 7, offset: 0 }, { seq: 1100, offset: 0 }, { latest: true }]) {
    store.navigation.position = () => position;
    view.el.querySelector("button").click();
  }
  assert.deepEqual(asked, [[hole, true], [hole, false], [hole, false]]);
});

test("The note says why a message was not sent, how an answer ended, and its context", async () => {
  const { store } = await mount("typing");
  const { updateNote } = await import("../../../wwwroot/js/views/note.js");
  const said = (row) => {
    const note = document.createElement("div");
    updateNote(note, row, store);
    return note.hidden ? "" : note.textContent;
  };
  const answer = (more) => said({ type: "message", message: { kind: "ai_response", text: "x", ...more } });
  assert.equal(said({ type: "unsent", entry: { state: "sending", key: "k", text: "x" } }), "");
  assert.equal(said({ type: "unsent", entry: { state: "failed", error: "Not today.", key: "k", text: "x" } }), "Not sent. Not today.RetryDiscard");
  assert.equal(answer({ state: "running" }), "");
  assert.equal(answer({ state: "done", model: "mock", usage: { input_tokens: 1000, output_tokens: 34 } }), "mock · 1,034 tokens");
  assert.match(answer({ state: "failed", error: "It broke off." }), /^The answer failed\.It broke off\./u);
  assert.match(answer({ state: "interrupted" }), /^Interrupted by a server restart\./u);
  assert.match(answer({ state: "done", context: { from: 3, to: 9, messages: 7 } }), /given 7 messages, from #3 to the question, #9/u);
  assert.match(answer({ state: "done", context: { from: 9, to: 9, messages: 1 } }), /given only the question, #9/u);
});
