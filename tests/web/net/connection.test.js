import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { FakeSocket, newPage, settled } from "../fakes/browser.js";

const { Refusal, Connection } = await import("../../../wwwroot/js/net/connection.js");

let clock;
let told;
const make = () => new Connection("ws://chat.example/ws", {
  onOpen: () => told.push("open"), onFrame: (frame) => told.push(frame), onClose: (code) => told.push(`closed ${code}`),
});
beforeEach(() => {
  clock = newPage();
  told = [];
});
afterEach(() => {
  clock.restore();
  delete globalThis.early;
});

test("Each request gets its own reply in any order", async () => {
  const connection = make();
  const [socket] = FakeSocket.made;
  assert.deepEqual(socket.protocols, ["actorchat.v1", "actorchat.err"]);
  socket.open();
  const [one, two] = [connection.request({ type: "a" }), connection.request({ type: "b" })];
  assert.deepEqual(socket.sent, [{ type: "a", id: 1 }, { type: "b", id: 2 }]);
  socket.receive({ type: "ok", re: 2, of: "b" }, { type: "ok", re: 1, of: "a" }, { type: "message", seq: 1 });
  assert.deepEqual([(await one).of, (await two).of], ["a", "b"]);
  assert.deepEqual(told, ["open", { type: "message", seq: 1 }]);
});

test("An error rejects the request with its code and the server's retry hint", async () => {
  const connection = make();
  FakeSocket.made[0].open();
  const asked = connection.request({ type: "send" });
  FakeSocket.made[0].receive({ type: "error", re: 1, code: "busy", message: "Later.", retry: true, after_ms: 250 });
  const no = await asked.catch((error) => error);
  assert.ok(no instanceof Refusal);
  assert.deepEqual([no.code, no.message, no.retry, no.afterMs], ["busy", "Later.", true, 250]);
});

test("A request without a reply times out after ten seconds, and a late reply is dropped", async () => {
  const connection = make();
  const [socket] = FakeSocket.made;
  socket.open();
  socket.receive({ type: "live" });
  connection.ready();
  const asked = connection.request({ type: "send" }).catch((no) => no.code);
  await clock.run(10_000);
  assert.equal(await asked, "timeout");
  told.length = 0;
  socket.receive({ type: "ok", re: 1 });
  assert.deepEqual(told, []);
});

test("When the connection ends, all pending requests are rejected", async () => {
  const connection = make();
  FakeSocket.made[0].open();
  const asked = connection.request({ type: "send" }).catch((no) => [no.code, no.retry]);
  FakeSocket.made[0].drop(4001);
  assert.deepEqual(await asked, ["closed", true]);
  assert.deepEqual(told, ["open", "closed 4001"]);
  assert.deepEqual(await connection.request({ type: "send" }).catch((no) => no.code), "closed");
});

test("Data that is not a frame is logged and ignored", (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  make();
  FakeSocket.made[0].open();
  FakeSocket.made[0].receive("not json", "", "[]", "null", "7");
  assert.equal(warned.mock.callCount(), 5);
  assert.deepEqual(told, ["open"]);
});

test("A connection that is silent for ten seconds while opening is closed; a live one is not", async () => {
  const connection = make();
  await clock.run(9_999);
  assert.deepEqual(told, []);
  await clock.run(1);
  assert.deepEqual(told, ["closed 1006"]);

  const live = make();
  FakeSocket.made[1].open();
  live.ready();
  await clock.run(60_000);
  assert.equal(live.open, true);
  assert.equal(connection.open, false);
});

test("The socket opened by early.js is used unless it is old", async () => {
  globalThis.early = { socket: new FakeSocket("early", []), at: performance.now() };
  globalThis.early.socket.readyState = 1;
  make();
  await settled();
  assert.equal(FakeSocket.made.length, 1);
  assert.deepEqual(told, ["open"]);

  const old = new FakeSocket("early", []);
  globalThis.early = { socket: old, at: performance.now() - 3001 };
  make();
  assert.equal(FakeSocket.made.length, 3);
  assert.equal(old.readyState, 3);
});
