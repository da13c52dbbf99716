// Losing and restoring the connection.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { FakeSocket, settled, tell } from "../fakes/browser.js";
import { Server, join } from "../fakes/room.js";

const random = Math.random;
let page;
const open = async (server) => (page = await join(server));
// The first heartbeat and every wait have their average delay.
beforeEach(() => (Math.random = () => 0.5));
afterEach(() => {
  Math.random = random;
  page?.clock.restore();
});

test("After a lost connection the page resumes with its cursor and gets the missed events", async () => {
  const { server, clock, store, seqs } = await open();
  server.say();
  for (const code of [4000, 4001, 4002, 4003, 1006]) {
    const made = FakeSocket.made.length;
    server.socket.drop(code);
    assert.equal(store.link.phase, "waiting");
    server.fill(1);
    await clock.run(500);
    assert.equal(FakeSocket.made.length, made + 1);
    assert.equal(store.link.phase, "live");
    assert.deepEqual(server.socket.sentOf("hello")[0].resume, { epoch: "e1", cursors: { default: server.head - 1 } });
  }
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6]);
});

test("After 4100 the page reconnects without a cursor", async () => {
  const { server, clock } = await open();
  server.say();
  server.socket.drop(4100);
  await clock.run(500);
  assert.equal(server.socket.sentOf("hello")[0].resume, undefined);
  server.socket.drop(4000);
  await clock.run(500);
  assert.ok(server.socket.sentOf("hello")[0].resume);
});

test("After 4029 or goaway the page waits at least as long as required", async () => {
  const { server, clock, store } = await open();
  server.socket.drop(4029);
  await clock.run(4999);
  assert.equal(FakeSocket.made.length, 1);
  await clock.run(501);
  assert.equal(store.link.phase, "live");
  server.socket.receive({ type: "goaway", after_ms: 3000 });
  assert.equal(store.link.goawayMs, 3000);
  server.socket.drop(1001);
  await clock.run(2999);
  assert.equal(FakeSocket.made.length, 2);
  await clock.run(501);
  assert.equal(FakeSocket.made.length, 3);
  assert.equal(store.link.goawayMs, null);
});

test("After a fatal code the page does not reconnect until the user asks", async () => {
  for (const code of [4400, 4403, 4406, 4408, 4409, 4413, 4499, 1003, 1008]) {
    const { server, clock, store } = await open();
    server.socket.drop(code);
    assert.equal(store.link.phase, "stopped");
    assert.ok(store.link.reason);
    store.send("stays here");
    tell("online");
    tell("visibilitychange");
    await clock.run(120_000);
    assert.equal(FakeSocket.made.length, 1);
    assert.equal(store.outbox.entries[0].state, "sending");
    store.link.connect();
    await settled();
    assert.equal(store.link.phase, "live");
    assert.deepEqual(store.outbox.entries, []);
    assert.equal(server.log.at(-1).text, "stays here");
    clock.restore();
  }
});

test("The wait between attempts doubles up to a limit, and an attempt on request is immediate", async () => {
  const { server, clock, store } = await open();
  const tries = [];
  FakeSocket.onMade = (socket) => {
    tries.push(clock.now);
    queueMicrotask(() => socket.drop());
  };
  const since = clock.now;
  server.socket.drop();
  await clock.run(60_000);
  assert.deepEqual(tries.slice(0, 8).map((at, n) => at - (tries[n - 1] ?? since)), [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  FakeSocket.onMade = (socket) => server.take(socket);
  store.link.connect();
  await settled();
  assert.equal(store.link.phase, "live");
  // After the next loss the waits start again from the shortest.
  server.socket.drop();
  await clock.run(250);
  assert.equal(store.link.phase, "live");
});

test("The heartbeat detects a dead connection", async () => {
  const server = new Server();
  server.heartbeatMs = 1000;
  const { clock, store } = await open(server);
  await clock.run(10_000);
  assert.ok(server.socket.sentOf("heartbeat").length >= 4); // the page looks every two seconds
  assert.equal(FakeSocket.made.length, 1);
  server.silent = () => true;
  await clock.run(12_000);
  assert.equal(FakeSocket.made.length, 2);
  server.silent = () => false;
  await clock.run(30_000);
  assert.equal(store.link.phase, "live");
});

test("A heartbeat contains the cursors, and a reply with a later head makes the page pull the missing events", async () => {
  const { server, clock, seqs } = await open();
  server.say();
  server.fill(2);
  await clock.run(50_000);
  assert.deepEqual(server.socket.sentOf("heartbeat")[0].cursors, { default: 1 });
  assert.deepEqual(seqs(), [1, 2, 3]);
});

test("Sending a message on a dead connection detects it before the next heartbeat", async () => {
  const { server, clock, store } = await open();
  await clock.run(5000);
  const beats = server.socket.sentOf("heartbeat").length;
  server.silent = () => true;
  store.send("unheard");
  // The reply is overdue after three seconds; the heartbeat sent then times out after three more.
  await clock.run(3000);
  assert.equal(server.socket.sentOf("heartbeat").length, beats + 1);
  server.silent = () => false;
  server.socket.server = null;
  await clock.run(3000);
  assert.equal(FakeSocket.made.length, 2);
  assert.equal(store.link.phase, "live");
  await clock.run(1000);
  assert.deepEqual([server.log.map((e) => e.text), store.outbox.entries], [["unheard"], []]);
});

test("A slow reply on a live connection does not cause a reconnect", async () => {
  const { server, clock, store } = await open();
  await clock.run(5000);
  server.silent = (frame) => frame.type === "send";
  store.send("patience");
  await clock.run(9000);
  assert.ok(server.socket.sentOf("heartbeat").length > 0);
  assert.equal(FakeSocket.made.length, 1);
  assert.equal(store.outbox.entries[0].state, "sending");
});

test("After the machine slept the page probes its connection at once and replaces a dead one within a second", async () => {
  const patient = new Server();
  patient.heartbeatMs = 100_000_000; // no regular heartbeat during the test
  const { server, clock, seqs } = await open(patient);
  await clock.run(2000);
  server.socket.server = null;
  server.fill(3);
  clock.sleep(3_600_000);
  await clock.run(3000);
  assert.equal(FakeSocket.made.length, 2);
  assert.deepEqual(seqs(), [1, 2, 3]);
});

test("An online event ends the wait between two attempts, and does not restart a recent attempt", async () => {
  const { server, clock, store } = await open();
  Math.random = () => 0.9;
  server.socket.drop();
  await clock.run(100);
  assert.equal(store.link.phase, "waiting");
  tell("online");
  assert.equal(FakeSocket.made.length, 2);
  tell("online");
  assert.equal(FakeSocket.made.length, 2);
  await settled();
  assert.equal(store.link.phase, "live");
});

test("A refused hello stops the page; a retryable refusal leads to another attempt", async () => {
  const server = new Server();
  const { clock, store } = await open(server);
  server.instead = (frame) => (frame.type === "hello" ? { type: "error", code: "unavailable", message: "Later.", retry: true, after_ms: 2000 } : undefined);
  server.socket.drop();
  await clock.run(600);
  assert.equal(store.link.phase, "waiting");
  await clock.run(1000);
  assert.equal(FakeSocket.made.length, 2);
  server.instead = (frame) => (frame.type === "hello" ? { type: "error", code: "unauthorized", message: "No.", retry: false } : undefined);
  await clock.run(3000);
  assert.equal(store.link.phase, "stopped");
  assert.deepEqual([store.session.refusal.code, store.session.identity.token], ["unauthorized", null]);
});
