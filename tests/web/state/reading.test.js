// Unread counts and read marks.

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

test("The read mark is sent to the server, one request at a time, and again after a failure", async () => {
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
