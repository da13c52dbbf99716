import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ME, join, message } from "../fakes/room.js";

const { rowsOf } = await import("../../../wwwroot/js/state/rows.js");
const zone = process.env.TZ;

let page;
beforeEach(async () => {
  process.env.TZ = "Europe/Berlin";
  page = await join();
});
afterEach(() => {
  page.clock.restore();
  process.env.TZ = zone ?? "UTC";
});

const CID = { id: "cid", name: "Cid" };
const rows = () => rowsOf(page.c, page.store.outbox.entries, ME);
const types = () => rows().map((row) => row.type);
const firsts = () => rows().filter((row) => row.type === "message").map((row) => row.first);
const say = (more) => page.server.say(more);

test("An empty room has only the start row", () => {
  assert.deepEqual(rows(), [{ id: "start", type: "start", empty: true }]);
});

test("One author's messages are a group within five minutes of the same day", () => {
  const at = [
    "2031-05-05T12:00:00.000Z", "2031-05-05T12:05:00.000Z", // exactly five minutes: one group
    "2031-05-05T12:10:00.001Z", // one millisecond more
    "2031-05-05T21:58:00.000Z", "2031-05-05T22:01:00.000Z", // with midnight in Berlin between them
  ];
  for (const one of at) say({ at: one });
  assert.deepEqual(firsts(), [true, false, true, true, true]);
  assert.deepEqual(types(), ["start", "day", "message", "message", "message", "message", "day", "message"]);
});

test("Messages of two authors and answers of the bot never form a group", () => {
  for (const sender of [CID, ME, CID, CID]) say({ sender });
  for (let n = 0; n < 2; n++) say({ sender: CID, kind: "ai_response", state: "done" });
  assert.deepEqual(firsts(), [true, true, true, false, true, true]);
});

test("Messages are grouped by the days of the reader's time zone", () => {
  for (const at of ["2031-03-10T10:30:00.000Z", "2031-03-10T12:30:00.000Z"]) say({ at });
  assert.deepEqual(types(), ["start", "day", "message", "message"]);
  process.env.TZ = "Pacific/Auckland";
  assert.deepEqual(types(), ["start", "day", "message", "day", "message"]);
});

test("A clock that goes back adds no caption of an earlier day", () => {
  for (const at of ["2031-05-05T12:00:00Z", "2031-05-04T12:00:00Z", "2031-05-05T12:01:00Z"]) say({ at });
  assert.equal(types().filter((type) => type === "day").length, 1);
});

test("If the first unread message is in a hole, the divider is above the hole, also on another day", () => {
  for (let n = 0; n < 4; n++) say({ at: `2031-05-0${n < 2 ? 5 : 6}T12:0${n}:00.000Z` });
  page.c.messages.splice(2, 1);
  page.c.holes = [{ id: 3, from: 3, to: 3 }];
  page.c.divider = 2;
  assert.deepEqual(types(), ["start", "day", "message", "message", "divider", "hole", "day", "message"]);
  page.c.divider = 3;
  assert.deepEqual(types().slice(4), ["divider", "hole", "day", "message"]);
  page.c.divider = 1;
  assert.deepEqual(types().slice(2), ["message", "divider", "message", "hole", "day", "message"]);
});

test("The divider is above the first unread message, but never above the first loaded one", () => {
  for (let n = 0; n < 4; n++) say();
  page.c.divider = 2;
  assert.deepEqual(types().slice(2), ["message", "message", "divider", "message", "message"]);
  assert.equal(rows().find((row) => row.type === "divider").since, page.c.messages[1].at);
  assert.deepEqual(firsts(), [true, false, true, false]);
  page.c.divider = 0;
  assert.ok(!types().includes("divider"));
});

test("A message has one row from sending until it is in the log, in any order of reply and echo", async () => {
  const { server, store, clock } = page;
  for (const last of ["message", "ok"]) {
    server.silent = (frame) => frame.type === "send";
    store.send(`${last} comes last`);
    const sent = server.socket.sentOf("send").at(-1);
    const id = rows().at(-1).id;
    const event = message(server.head + 1, { sender: ME, key: sent.key, text: sent.text });
    server.log.push(event);
    const frames = [event, { type: "ok", re: sent.id, seq: event.seq, at: event.at }];
    if (last === "message") frames.reverse();
    for (const frame of frames) {
      server.socket.receive(frame);
      await clock.run(0);
      assert.deepEqual(rows().filter((row) => row.id === id).length, 1);
    }
    assert.deepEqual([rows().at(-1).id, rows().at(-1).type, store.outbox.entries.length], [id, "message", 0]);
  }
});

test("A message stored before the connection was lost is found in the log and not sent again", async () => {
  const { server, store, clock } = page;
  server.silent = (frame) => frame.type === "send";
  store.send("unknown");
  const sent = server.socket.sentOf("send")[0];
  server.log.push(message(1, { sender: ME, key: sent.key, text: "unknown" }));
  server.socket.drop();
  await clock.run(2000);
  assert.deepEqual([types(), server.socket.sentOf("send")], [["start", "day", "message"], []]);
});

test("An acknowledged message is removed from the outbox when the cursor reaches its number, even without its key", async () => {
  const { server, store, clock } = page;
  server.silent = (frame) => frame.type === "send";
  store.send("mine");
  server.socket.receive({ type: "ok", re: server.socket.sentOf("send")[0].id, seq: 1, at: "" });
  await clock.run(0);
  assert.equal(store.outbox.entries[0].state, "sent");
  server.say({ sender: ME, text: "mine" });
  assert.deepEqual([types(), store.outbox.entries], [["start", "day", "message"], []]);
});

test("Unsent messages are shown even before the first page, but not if the window does not reach the end", async () => {
  const { server, store } = page;
  server.socket.drop();
  store.send("waits");
  assert.deepEqual(types(), ["start", "day", "unsent"]);
  page.c.cursor = null;
  assert.deepEqual(types(), ["day", "unsent"]);
  page.c.atEnd = false;
  assert.deepEqual(types(), ["wait"]);
});

test("The message replied to is quoted unless it is directly above", () => {
  say();
  say({ reply_to: 1 });
  say({ reply_to: 1 });
  say({ reply_to: 99 });
  assert.deepEqual(rows().filter((row) => row.type === "message").map((row) => row.quoted?.seq ?? null), [null, null, 1, 99]);
  assert.deepEqual([rows().at(-2).quoted.message.text, rows().at(-1).quoted.message], ["message 1", undefined]);
});

test("A hole is a row between messages", () => {
  for (let n = 0; n < 4; n++) say();
  page.c.messages.splice(1, 2);
  page.c.holes = [{ id: 2, from: 2, to: 3 }];
  assert.deepEqual(types(), ["start", "day", "message", "hole", "message"]);
});
