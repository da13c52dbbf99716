// Unread counts and read positions.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { hide, settled } from "../fakes/browser.js";
import { ME, Server, join } from "../fakes/room.js";

let page;
const open = async (server) => (page = await join(server));
afterEach(() => page?.clock.restore());

/** A server with a log of which the user has read a part. */
function full(count, read = count) {
  const server = new Server();
  server.fill(count);
  server.read = read;
  return server;
}

test("A new user has no unread messages and no divider", async () => {
  const { c } = await open(full(500));
  assert.deepEqual([c.unread, c.divider, c.scrollTarget, c.following], [0, null, null, true]);
});

test("Messages that arrive while the page is hidden are unread until it is shown, and the divider stays", async () => {
  const { server, store, c } = await open(full(5));
  server.say();
  store.reading.markSeen(c);
  assert.equal(c.unread, 0);
  hide(true);
  for (let n = 0; n < 3; n++) server.say();
  store.reading.markSeen(c); // a hidden page marks nothing as seen
  assert.deepEqual([c.unread, c.divider], [3, 6]);
  server.socket.receive(server.log.at(-1));
  assert.equal(c.unread, 3);
  hide(false);
  store.reading.markSeen(c);
  await settled();
  assert.deepEqual([c.unread, c.read, c.divider], [0, 9, 6]);
  server.say();
  store.reading.markSeen(c);
  assert.equal(c.divider, 6);
  assert.equal(store.reading.clearDivider(), true);
  assert.deepEqual([c.divider, store.reading.clearDivider()], [null, false]);
});

test("One's own messages are not unread", async () => {
  const { server, c } = await open(full(5));
  hide(true);
  server.say({ sender: ME });
  server.say();
  assert.equal(c.unread, 1);
});

test("A reader of older messages has not read the new ones", async () => {
  const { server, store, c } = await open(full(40));
  store.follow(false);
  server.say();
  assert.deepEqual([c.unread, c.unseen], [1, { count: 1, first: 41 }]);
  store.toLatest();
  store.reading.markSeen(c);
  assert.deepEqual([c.unread, c.unseen], [0, null]);
});

test("Reading on another device or in another tab counts here too", async () => {
  const { server, c } = await open(full(5));
  hide(true);
  for (let n = 0; n < 3; n++) server.say();
  server.socket.receive({ type: "read", conversation: "default", seq: 7 });
  assert.equal(c.unread, 1);
  const other = new BroadcastChannel("actorchat.read");
  other.postMessage({ user: "somebody else", conversation: "default", seq: 8 });
  assert.equal(c.unread, 1);
  other.postMessage({ user: ME.id, conversation: "default", seq: 8 });
  assert.deepEqual([c.unread, c.read], [0, 8]);
  server.socket.receive({ type: "read", conversation: "default", seq: 2 });
  assert.equal(c.read, 8);
});

test("The read position is sent to the server, one request at a time, and again after a failure", async () => {
  const { server, clock, store, c } = await open(full(5));
  const heard = [];
  new BroadcastChannel("actorchat.read").onmessage = ({ data }) => heard.push(data.seq);
  server.silent = (frame) => frame.type === "read";
  for (let n = 0; n < 3; n++) {
    server.say();
    store.reading.markSeen(c);
  }
  assert.deepEqual(server.socket.sentOf("read").map((frame) => frame.seq), [6]);
  assert.deepEqual(heard, [6, 7, 8]); // other tabs get each mark at once
  server.silent = () => false;
  server.socket.receive({ type: "ok", re: server.socket.sentOf("read")[0].id });
  await settled();
  assert.deepEqual(server.socket.sentOf("read").map((frame) => frame.seq), [6, 8]);
  server.silent = (frame) => frame.type === "read";
  server.say();
  store.reading.markSeen(c);
  server.silent = () => false;
  server.socket.drop();
  await clock.run(500);
  assert.deepEqual(server.socket.sentOf("read").map((frame) => frame.seq), [9]);
  assert.equal(c.unread, 0);
});

test("Missed messages are counted as unread", async () => {
  const { server, clock, store, c } = await open(full(5));
  store.reading.markSeen(c);
  hide(true);
  server.fill(3);
  server.read = 5;
  server.socket.drop();
  await clock.run(500);
  assert.equal(c.unread, 3);
  server.say();
  assert.equal(c.unread, 4);
});

test("The room opens at the first unread message, with the divider above it", async () => {
  const { c } = await open(full(60, 40));
  assert.deepEqual([c.unread, c.divider, c.scrollTarget, c.following], [20, 40, { seq: 41, highlight: false }, false]);
});

test("If the first unread message is not on the first page, the page around it is asked for", async () => {
  const { server, c, seqs } = await open(full(500, 100));
  await settled();
  assert.equal(server.socket.sentOf("history")[0].around, 100);
  assert.deepEqual([c.unread, c.divider, c.scrollTarget?.seq, seqs().includes(101)], [400, 100, 101, true]);
});

test("After a lost connection only what comes into view is read, and the divider is above the first missed message", async () => {
  const { server, clock, store, c } = await open(full(60));
  server.fill(40);
  server.silent = (frame) => frame.type === "hello";
  server.socket.drop();
  await clock.run(500);
  // The replay has arrived, but not its end: a timeline that follows it has not shown it to anybody yet.
  server.socket.receive({ type: "sync", conversation: "default", from: 61, to: 100, events: server.log.slice(60) });
  store.reading.markSeen(c);
  assert.equal(c.read, 60);
  server.socket.receive({ type: "live" });
  assert.deepEqual([c.unread, c.divider, c.scrollTarget], [40, 60, { seq: 61, highlight: false, ifAbove: true }]);
  server.silent = () => false;
  for (const [first, last] of [[55, 70], [60, 75], [72, 90]]) store.reading.markInView(c, first, last);
  await settled();
  assert.deepEqual([c.read, c.unread, server.socket.sentOf("read").map((frame) => frame.seq)], [90, 10, [70, 90]]);
  store.reading.markInView(c, 85, 100);
  assert.deepEqual([c.read, c.unread, c.divider], [100, 0, 60]);
});

test("After each lost connection the divider is above the first message missed then, unless older ones are still unread", async () => {
  const { server, clock, store, c } = await open(full(5));
  const lose = async (count) => {
    server.fill(count);
    server.read = c.read;
    server.socket.drop();
    await clock.run(5000);
    c.scrollTarget = null;
  };
  await lose(3);
  assert.deepEqual([c.divider, c.unread], [5, 3]);
  store.reading.markSeen(c);
  await settled();
  await lose(0);
  assert.deepEqual([c.divider, c.unread, c.scrollTarget], [5, 0, null]);
  await lose(2);
  assert.deepEqual([c.divider, c.unread], [8, 2]);
  store.reading.markInView(c, 7, 9);
  await settled();
  await lose(1);
  assert.deepEqual([c.divider, c.unread], [8, 2]);
});

test("A reader at the end returns from a hidden page to the first missed message; a reader of older messages stays", async () => {
  const { server, store, c } = await open(full(60));
  for (const following of [true, false]) {
    hide(true);
    store.follow(following);
    c.scrollTarget = null;
    for (let n = 0; n < 40; n++) server.say();
    hide(false);
    assert.equal(c.divider, c.read);
    assert.deepEqual(c.scrollTarget, following ? { seq: 61, highlight: false, ifAbove: true } : null);
  }
});

test("Messages of a sleep that the connection survived were not seen as they came", async () => {
  const { server, clock, store, c } = await open(full(60));
  server.say();
  store.reading.markSeen(c);
  assert.deepEqual([c.divider, c.unread], [null, 0]);
  clock.sleep(3_600_000);
  for (let n = 0; n < 3; n++) server.say();
  assert.deepEqual([c.divider, c.unread, c.scrollTarget?.seq], [61, 3, 62]);
  c.scrollTarget = null;
  await clock.run(5000);
  store.reading.markSeen(c);
  server.say();
  assert.deepEqual([c.divider, c.scrollTarget], [61, null]); // awake again
});

test("If the first missed messages are not loaded, the page around the read position is asked for", async () => {
  const { server, clock, store, c, seqs } = await open(full(60));
  server.fill(900);
  server.read = 60;
  server.socket.drop();
  await clock.run(500);
  assert.deepEqual([c.divider, c.unread, c.following, c.scrollTarget, seqs().includes(61)],
    [60, 900, false, { seq: 61, highlight: false }, true]);
  // The window ends far before the newest message: what is read now is subtracted.
  store.reading.markInView(c, 58, 70);
  assert.deepEqual([c.read, c.unread], [70, 890]);
});

test("A read position does not pass messages that were not in view", async () => {
  const { seenTo } = await import("../../../wwwroot/js/state/unread.js");
  const { c } = await open(full(60, 20));
  const seen = (first, last) => seenTo(c, first, last, ME.id);
  assert.deepEqual([seen(10, 15), seen(15, 30), seen(21, 30), seen(22, 30), seen(50, 60)], [20, 30, 30, 20, 20]);
  c.messages[20 - c.messages[0].seq + 1].sender = ME;
  assert.equal(seen(22, 30), 30); // one's own message need not be seen
  c.holes = [{ id: 25, from: 25, to: 27 }];
  assert.deepEqual([seen(18, 30), seen(30, 40)], [24, 20]);
  c.holes = [];
  c.cursor = 63; // three events after the newest message have no rows
  assert.equal(seen(20, 60), 63);
  c.atEnd = false;
  assert.equal(seen(20, 60), 60);
});
