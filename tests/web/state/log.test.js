// Applying frames of the server.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { BEN, ME, Server, join, message, range } from "../fakes/room.js";

let page;
const open = async (server) => (page = await join(server));
afterEach(() => page?.clock.restore());

test("Messages are shown in the order of their numbers, whatever order they arrive in", async () => {
  const { server, store, seqs } = await open();
  server.fill(5);
  server.silent = (frame) => frame.type === "pull";
  for (const event of [...server.log].reverse()) {
    server.socket.receive(event);
    const shown = seqs();
    assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
  }
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5]);
  server.socket.receive(...server.log);
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5]);
  assert.equal(store.here.held.size, 0);
});

test("A lost message is pulled, and later messages are not shown before it", async () => {
  const { server, clock, seqs } = await open();
  server.fill(5);
  for (const seq of [1, 2, 4]) server.socket.receive(server.log[seq - 1]);
  assert.deepEqual(seqs(), [1, 2]);
  await clock.run(0);
  assert.deepEqual(server.socket.sentOf("pull").map(({ from, to }) => [from, to]), [[3, 3]]);
  server.socket.receive(server.log[4]);
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5]);
});

test("A large gap is pulled in ranges of a thousand", async () => {
  const { server, clock, store, c } = await open();
  server.fill(2500);
  server.socket.receive(server.log[2499]);
  await clock.run(0);
  assert.deepEqual(server.socket.sentOf("pull").map(({ from, to }) => [from, to]), [[1, 1000], [1001, 2000], [2001, 2499]]);
  assert.deepEqual([c.cursor, c.unread, c.held.size], [2500, 2500, 0]);
  store.toLatest(); // the reader was taken to the first of them
  await clock.run(0);
  assert.equal(c.messages.at(-1).seq, 2500);
});

test("Unknown and malformed events move the cursor and show nothing", async (t) => {
  t.mock.method(console, "warn", () => {});
  const { server, clock, seqs, c } = await open();
  server.say({ type: "pinned" });
  server.say({ sender: "nobody" });
  server.say();
  await clock.run(0);
  assert.deepEqual([seqs(), c.cursor], [[3], 3]);
  assert.deepEqual(server.socket.sentOf("pull"), []);
});

test("Malformed frames are logged and break nothing", async (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const { server, clock, store, texts } = await open();
  server.socket.receive(
    "not json", "", "[]", "null", "7", "{}", { type: 7 }, '{"type":"__proto__"}', { type: "welcome", re: 99 }, { type: "ok", re: 12345 },
    { type: "sync", conversation: "default", events: null }, { type: "reset", conversation: "default", as_of: 9 },
    { type: "reset", conversation: "default", as_of: "9", messages: [] }, { type: "message", conversation: "default", seq: "next", text: "x" },
    { type: "ai_delta", conversation: "default", message: 1, offset: 0 }, { type: "typing", conversation: "default", user: null },
    { type: "presence", conversation: "default", joined: 7, left: {}, state: "x" }, { type: "presence", conversation: 7 },
    { type: "goaway", after_ms: "soon" }, { type: "from_the_future", conversation: "default", more: [1] },
    { type: "sync", conversation: "default", from: 1, to: 0, events: [null, 7, { seq: 0 }, { seq: 1.5 }] },
  );
  assert.ok(warned.mock.callCount() >= 10);
  server.say();
  store.send("well");
  await clock.run(0);
  assert.deepEqual(texts(), ["message 1", "well"]);
  assert.equal(store.link.phase, "live");
});

test("A malformed message of a page is skipped, the others are shown", async () => {
  const { store, c, seqs } = await open();
  store.apply({ type: "page", conversation: "default", where: "around", as_of: 9, messages: [null, message(3), { seq: 4, sender: "x" }, message(5)] });
  assert.deepEqual(seqs(), [3, 5]);
  assert.equal(c.atStart, false);
});

test("An answer is correct when its deltas are repeated, late or lost, and its end replaces the text", async () => {
  const { server, c } = await open();
  server.say({ kind: "ai_response", state: "running", text: "" });
  const text = "You asked: 1👩‍🚀é 2👩‍🚀é";
  const piece = (offset, length) => server.socket.receive({ type: "ai_delta", conversation: "default", message: 1, offset, text: text.slice(offset, offset + length) });
  for (let at = 0; at < text.length; at += 3) {
    piece(at, 3);
    if (at % 2) piece(at, 3);
    if (at > 6) piece(at - 6, 3);
    assert.ok(text.startsWith(c.streams.get(1)), c.streams.get(1));
  }
  assert.equal(c.streams.get(1), text);
  piece(0, 3);
  assert.equal(c.streams.get(1), text);
  // A delta after a gap is ignored.
  server.say({ kind: "ai_response", state: "running", text: "" });
  server.socket.receive({ type: "ai_delta", conversation: "default", message: 2, offset: 4, text: "late" });
  assert.equal(c.streams.get(2), "");
  server.say({ type: "answered", message: 1, state: "done", text: `${text}.`, usage: { input_tokens: 1, output_tokens: 2 } });
  const [answer] = c.messages;
  assert.deepEqual([answer.state, answer.text, c.streams.has(1)], ["done", `${text}.`, false]);
});

test("Several answers stream at the same time, in the order in which they began", async () => {
  const { server, c, seqs } = await open();
  for (let n = 0; n < 3; n++) server.say({ kind: "ai_response", state: "running", text: "" });
  const words = ["one ", "two ", "three "];
  for (let at = 0; at < 3; at++) {
    for (const answer of [2, 1, 3]) server.socket.receive({ type: "ai_delta", conversation: "default", message: answer, offset: c.streams.get(answer).length, text: `${answer}:${words[at]}` });
  }
  for (const answer of [1, 2, 3]) assert.equal(c.streams.get(answer), `${answer}:one ${answer}:two ${answer}:three `);
  server.say({ type: "answered", message: 2, state: "failed", error: "broke off" });
  assert.deepEqual(seqs(), [1, 2, 3]);
  assert.deepEqual(c.messages.map((m) => m.state), ["running", "failed", "running"]);
});

test("A client that joins while an answer is running has its text so far and continues with the next delta", async () => {
  const server = new Server();
  server.log.push(message(1), message(2, { kind: "ai_response", state: "running", text: "You asked" }));
  const { c } = await open(server);
  assert.equal(c.streams.get(2), "You asked");
  server.socket.receive({ type: "ai_delta", conversation: "default", message: 2, offset: 5, text: "sked: what" });
  assert.equal(c.streams.get(2), "You asked: what");
});

test("Changes of a message are applied once, and a newer version is never replaced by an older one", async () => {
  const { server, store, c } = await open();
  server.say();
  server.say({ type: "edited", message: 1, text: "better" });
  assert.deepEqual([c.messages[0].text, c.messages[0].edited], ["better", true]);
  store.apply({ type: "page", conversation: "default", where: "before", as_of: 1, at_start: true, messages: [message(1)] });
  assert.equal(c.messages[0].text, "better");
  server.say({ type: "deleted", message: 1 });
  assert.deepEqual([c.messages[0].text, c.messages[0].deleted], ["", true]);
});

test("A log with another epoch replaces the messages shown, and its numbers start again", async () => {
  const { server, clock, store, c, texts } = await open();
  server.fill(60);
  server.socket.receive(...server.log);
  store.reading.markSeen(c);
  assert.equal(c.read, 60);
  [server.epoch, server.log, server.read] = ["e2", [message(1, { text: "restored" })], 0];
  server.socket.drop();
  await clock.run(500);
  assert.deepEqual([texts(), c.cursor, c.head], [["restored"], 1, 1]);
  server.say({ text: "on it goes" });
  assert.deepEqual(texts(), ["restored", "on it goes"]);
});

test("A welcome for another user removes the first user's messages", async () => {
  const { server, store } = await open();
  server.say();
  server.socket.receive({ type: "welcome", user: BEN, token: "b", epoch: "e1", conversations: [] });
  assert.equal(store.here.messages.length, 0);
  assert.deepEqual([store.me.name, store.session.identity.token], ["Ben", "b"]);
});

test("People join and leave; a large room has only their number", async () => {
  const { server, c } = await open();
  const { presentCount } = await import("../../../wwwroot/js/views/people.js");
  const told = (frame) => server.socket.receive({ type: "presence", conversation: "default", ...frame });
  assert.deepEqual([c.present, presentCount(c)], [null, 0]);
  told({ state: [ME, BEN] });
  told({ joined: [{ id: "cid", name: "Cid" }] });
  told({ left: ["ben"] });
  assert.deepEqual([[...c.present.keys()], presentCount(c)], [["ann", "cid"], 2]);
  told({ count: 1204 });
  assert.deepEqual([c.present.size, presentCount(c)], [0, 1204]);
  told({ state: [ME] });
  assert.equal(presentCount(c), 1);
});

test("A typing user is known for five seconds or until the message arrives; own typing is ignored", async () => {
  const { server, clock, c } = await open();
  server.socket.receive({ type: "typing", conversation: "default", user: ME });
  assert.equal(c.typing.size, 0);
  server.socket.receive({ type: "presence", conversation: "default", state: [ME, BEN] }, { type: "typing", conversation: "default", user: BEN });
  assert.deepEqual(c.typing.get("ben"), { name: "Ben", until: clock.now + 5000 });
  server.say();
  assert.equal(c.typing.size, 0);
});

test("The page sends typing at most every three seconds, and again after a message was sent", async () => {
  const { server, clock, store } = await open();
  for (const _ of range(1, 40)) {
    store.typing();
    await clock.run(100);
  }
  assert.equal(server.socket.sentOf("typing").length, 2);
  store.send("said");
  store.typing();
  assert.equal(server.socket.sentOf("typing").length, 3);
});
