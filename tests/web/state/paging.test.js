// The window on a long log: pages, holes, and returning to the newest message.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { settled } from "../fakes/browser.js";
import { Server, join, message, range } from "../fakes/room.js";

let page;
const MOST = 400;

async function openWith(count) {
  const server = new Server();
  server.fill(count);
  server.read = count;
  return (page = await join(server));
}
afterEach(() => page?.clock.restore());

test("The whole history can be read in both directions without gaps, and only a part of it is in memory", async () => {
  const { store, c, seqs } = await openWith(1000);
  store.follow(false);
  const met = new Set(seqs());
  while (!c.atStart) {
    store.paging.older(c);
    await settled();
    const shown = seqs();
    assert.deepEqual(shown, range(shown[0], shown.at(-1)));
    assert.ok(shown.length < MOST);
    for (const seq of shown) met.add(seq);
  }
  assert.equal(seqs()[0], 1);
  assert.equal(c.atEnd, false);
  assert.equal(met.size, 1000);
  while (!c.atEnd) {
    store.paging.newer(c);
    await settled();
    const shown = seqs();
    assert.deepEqual(shown, range(shown[0], shown.at(-1)));
    assert.ok(shown.length < MOST);
  }
  assert.equal(seqs().at(-1), 1000);
});

test("No page is requested twice at the same time, before the beginning or after the end", async () => {
  const { server, store, c } = await openWith(60);
  const asked = () => server.socket.sentOf("history").length;
  store.paging.newer(c);
  assert.equal(asked(), 0);
  store.paging.older(c);
  store.paging.older(c);
  assert.equal(asked(), 1);
  await settled();
  assert.equal(c.atStart, true);
  store.paging.older(c);
  assert.equal(asked(), 1);
});

test("A reader who returns to the end while an older page is loading stays there", async () => {
  const { server, store, c, seqs } = await openWith(500);
  store.follow(false);
  while (c.messages.length < 350) {
    store.paging.older(c);
    await settled();
  }
  server.silent = (frame) => frame.type === "history";
  store.paging.older(c);
  const asked = server.socket.sentOf("history").at(-1);
  store.toLatest();
  server.socket.receive({ type: "history", re: asked.id, as_of: 500, at_start: false, at_end: false, messages: server.log.slice(asked.before - 51, asked.before - 1) });
  await settled();
  assert.deepEqual([c.following, c.atEnd, c.loading, seqs().at(-1)], [true, true, null, 500]);
  server.say();
  assert.equal(seqs().at(-1), 501);
});

test("A page requested before the reader went to another place is ignored", async () => {
  const { server, store, c, seqs } = await openWith(500);
  server.silent = (frame) => frame.type === "history";
  store.paging.older(c);
  const late = server.socket.sentOf("history").at(-1);
  server.silent = () => false;
  store.navigation.go(42);
  await settled();
  const shown = seqs();
  assert.ok(shown.includes(42));
  server.socket.receive({ type: "history", re: late.id, as_of: 500, at_start: false, messages: server.log.slice(400, 450) });
  await settled();
  assert.deepEqual(seqs(), shown);
});

test("A refused page can be requested again", async () => {
  const { server, store, c } = await openWith(100);
  server.instead = (frame) => (frame.type === "history" ? { type: "error", code: "busy", message: "", retry: true } : undefined);
  store.paging.older(c);
  await settled();
  assert.equal(c.loading, null);
  server.instead = () => undefined;
  store.paging.older(c);
  await settled();
  assert.equal(c.atStart, true);
});

test("While the reader is deep in the history new messages are counted, and returning needs no request", async () => {
  const { server, store, c, seqs } = await openWith(500);
  store.navigation.go(42);
  await settled();
  const shown = seqs();
  assert.equal(c.atEnd, false);
  for (let n = 0; n < 60; n++) server.say();
  assert.deepEqual([seqs(), c.unseen], [shown, { count: 60, first: 501 }]);
  const asked = server.socket.sentOf("history").length;
  server.silent = (frame) => frame.type === "send";
  store.send("from afar");
  assert.deepEqual([seqs().at(-1), c.atEnd, c.following, c.unseen], [560, true, true, null]);
  assert.equal(server.socket.sentOf("history").length, asked);
});

test("The first new message can be reached even if more arrived than the tail holds", async () => {
  const { server, store, c, seqs } = await openWith(500);
  store.navigation.go(42);
  await settled();
  for (let n = 0; n < 60; n++) server.say();
  store.navigation.toFirstNew();
  await settled();
  assert.deepEqual([c.scrollTarget, seqs().includes(501)], [{ seq: 501, highlight: false }, true]);
});

test("A window whose reader is not at the end does not grow with new messages", async () => {
  const { server, store, c } = await openWith(50);
  store.follow(false);
  for (let n = 0; n < 500; n++) server.say();
  assert.ok(c.messages.length < MOST);
  assert.equal(c.messages[0].seq, 1);
  assert.deepEqual([c.tail.length, c.tail.at(-1).seq, c.unseen.count], [50, 550, 500]);
});

test("A window that follows the end drops its beginning", async () => {
  const { server, c } = await openWith(50);
  for (let n = 0; n < 500; n++) server.say();
  assert.ok(c.messages.length < MOST);
  assert.deepEqual([c.messages.at(-1).seq, c.atStart], [550, false]);
});

/** A page that had 30 messages and missed 1,100. */
async function away() {
  const opened = await openWith(30);
  opened.server.fill(1100);
  opened.server.socket.drop();
  await opened.clock.run(500);
  return opened;
}

test("After missing more than the server replays there is a hole of a known size before the newest messages", async () => {
  const { c, seqs } = await away();
  assert.deepEqual(c.holes, [{ id: 31, from: 31, to: 1080 }]);
  assert.deepEqual(seqs(), [...range(1, 30), ...range(1081, 1130)]);
  assert.deepEqual([c.cursor, c.stale], [1130, false]);
});

test("Going to a message in a hole requests the page around it", async () => {
  const { store, c, seqs } = await away();
  store.navigation.go(500);
  await settled();
  assert.ok(seqs().includes(500));
  assert.deepEqual(c.holes, []);
});

for (const down of [true, false]) {
  test(`A hole is loaded a hundred at a time ${down ? "from its beginning" : "from its end"} until it is gone`, async () => {
    const { store, c, seqs } = await away();
    store.follow(false);
    await store.paging.hole(c, c.holes[0], down);
    const [hole] = c.holes;
    assert.deepEqual([hole.from, hole.to], down ? [131, 1080] : [31, 980]);
    assert.equal(hole.id, 31);
    assert.ok(seqs().includes(down ? 31 : 1080));
    for (let n = 0; n < 12 && c.holes.length; n++) {
      await store.paging.hole(c, c.holes[0], down);
      assert.ok(c.messages.length < MOST);
    }
    assert.deepEqual(c.holes, []);
    const shown = seqs();
    assert.deepEqual(shown, range(shown[0], shown.at(-1)));
    // Messages that were dropped load again on scrolling.
    while (!(down ? c.atEnd : c.atStart)) {
      if (down) store.paging.newer(c);
      else store.paging.older(c);
      await settled();
    }
    assert.ok(seqs().includes(down ? 1130 : 1));
  });
}

test("Messages before a hole are loaded again, because the skipped events may have changed them", async () => {
  const { server, store, c } = await away();
  server.say({ type: "edited", message: 30, text: "changed meanwhile" });
  assert.equal(c.messages.find((m) => m.seq === 30).text, "changed meanwhile");
  c.stale = true;
  server.instead = (frame) => (frame.type === "history" ? { type: "history", as_of: 1131, at_start: true, messages: range(1, 30).map((seq) => message(seq, { text: `now ${seq}` })) } : undefined);
  store.paging.refresh(c);
  await settled();
  assert.deepEqual([c.messages[0].text, c.stale], ["now 1", false]);
});

test("The first message of a day is found with few requests", async () => {
  const { server, store, c } = await openWith(5000);
  const { firstSince } = await import("../../../wwwroot/js/state/bydate.js");
  const at = (seq) => Date.parse(message(seq).at);
  for (const seq of [1, 2, 777, 5000]) assert.equal(await firstSince(store, c, at(seq) - 1), seq);
  assert.equal(await firstSince(store, c, at(5000) + 1), null);
  assert.ok(server.socket.sentOf("history").length < 5 * 15);
  server.instead = () => ({ type: "error", code: "busy" });
  assert.equal(await firstSince(store, c, at(7)), null);
});

test("Hashes name a message or none, and a link to a message is followed when the room opens", async () => {
  const { address, seqOf } = await import("../../../wwwroot/js/state/navigation.js");
  assert.deepEqual([address("default"), address("a/b", 7)], ["#/c/default", "#/c/a%2Fb/m/7"]);
  assert.deepEqual(["#/c/default/m/4204", "#/c/default", "#/c/default/m/x", "#/c/a%2Fb/m/7", ""].map(seqOf), [4204, 0, 0, 7, 0]);
  const { store, c, seqs } = await openWith(500);
  location.hash = "#/c/default/m/77";
  store.navigation.followHash(c);
  await settled();
  assert.deepEqual([c.scrollTarget, seqs().includes(77)], [{ seq: 77, highlight: true }, true]);
});
