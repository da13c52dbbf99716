// Data stored on the device: the newest messages, drafts, the name and the token.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { newPage, settled, tell } from "../fakes/browser.js";
import { join } from "../fakes/room.js";

/** A fake of the IndexedDB calls that the page uses; each result takes `delay` ms. */
const database = { stores: new Map([["outbox", new Map()], ["cache", new Map()]]), delay: 0 };
globalThis.indexedDB = {
  open() {
    const request = {};
    setTimeout(() => {
      request.result = {
        transaction(name) {
          const all = database.stores.get(name);
          const transaction = {};
          const work = (act) => {
            const asked = { result: act() };
            setTimeout(() => transaction.oncomplete(), database.delay);
            return asked;
          };
          transaction.objectStore = () => ({
            getAll: () => work(() => [...all.values()]),
            get: (key) => work(() => all.get(key)),
            put: (value) => work(() => void all.set(value.key ?? value.id, structuredClone(value))),
            delete: (key) => work(() => void all.delete(key)),
          });
          return transaction;
        },
      };
      request.onsuccess();
    }, 0);
    return request;
  },
};
const kept = () => database.stores.get("cache").get("room");
let page;

async function open() {
  database.delay = 0;
  database.stores.get("cache").clear();
  page = await join();
  await page.clock.run(10);
  return page;
}

/** Opens the page again in the same browser, without a network. */
async function reopen() {
  const memory = globalThis.localStorage;
  page.clock.restore();
  const clock = newPage();
  globalThis.localStorage = memory;
  const { Store } = await import("../../../wwwroot/js/state/store.js");
  const store = new Store("ws://chat.example/ws");
  page = { clock };
  return { store, clock, started: store.start() };
}
afterEach(() => page?.clock.restore());

test("The newest 200 messages are stored after two seconds and shown without a connection", async () => {
  const { server, clock } = await open();
  for (let n = 0; n < 250; n++) server.say();
  await clock.run(1900);
  assert.equal(kept(), undefined);
  await clock.run(100);
  assert.deepEqual([kept().messages.length, kept().messages.at(-1).seq, kept().cursor], [200, 250, 250]);

  const again = await reopen();
  await again.clock.run(10);
  await again.started;
  const c = again.store.here;
  assert.deepEqual([c.messages.length, c.messages.at(-1).text, c.title, again.store.me.name], [200, "message 250", "General", "Ann"]);
  assert.deepEqual(again.store.session.hello().resume, { epoch: "e1", cursors: { default: 250 } });
});

test("A slow database does not delay the page, and its messages are shown later", async () => {
  const { server, clock } = await open();
  server.say();
  await clock.run(3000);
  database.delay = 1000;
  const again = await reopen();
  await again.clock.run(400);
  await again.started;
  assert.deepEqual([again.store.here.messages.length, again.store.link.phase], [0, "connecting"]);
  await again.clock.run(1000);
  assert.equal(again.store.here.messages.length, 1);
});

test("Stored messages are not shown after the server has answered, nor to another user", async () => {
  const { server, clock } = await open();
  server.say();
  await clock.run(3000);
  const again = await reopen();
  again.store.state.epoch = "e2";
  await again.clock.run(10);
  assert.equal(again.store.here.messages.length, 0);
  localStorage.setItem("actorchat.name", "Somebody else");
  const other = await reopen();
  await other.clock.run(10);
  assert.equal(other.store.here.messages.length, 0);
});

test("The text so far of a running answer is stored, and the answer continues from there", async () => {
  const { server, clock } = await open();
  server.say({ kind: "ai_response", state: "running", text: "" });
  server.socket.receive({ type: "ai_delta", conversation: "default", message: 1, offset: 0, text: "You asked" });
  await clock.run(3000);
  assert.equal(kept().messages[0].text, "You asked");
  const again = await reopen();
  await again.clock.run(10);
  const { store } = again;
  assert.equal(store.here.streams.get(1), "You asked");
  store.apply({ type: "ai_delta", conversation: "default", message: 1, offset: 0, text: "You asked: what" });
  assert.equal(store.here.streams.get(1), "You asked: what");
});

test("Messages before a hole are not stored, because an offline page could not fill it", async () => {
  const { server, store, clock, c } = await open();
  for (let n = 0; n < 5; n++) server.say();
  c.holes = [{ id: 2, from: 2, to: 3 }];
  store.cache.saveSoon();
  await clock.run(3000);
  assert.deepEqual(kept().messages.map((m) => m.seq), [4, 5]);
});

test("Signing out deletes all stored data, and a tab that learns late about it stores nothing", async () => {
  const { server, store, clock } = await open();
  server.say();
  await clock.run(3000);
  assert.ok(kept());
  localStorage.setItem("actorchat.draft.default", "half a thought");
  // Another tab has signed out; this one still shows the room and is hidden.
  localStorage.removeItem("actorchat.token");
  database.stores.get("cache").clear();
  server.say();
  tell("pagehide");
  await clock.run(3000);
  assert.equal(kept(), undefined);

  localStorage.setItem("actorchat.token", "t");
  await store.session.signOut();
  await settled();
  assert.deepEqual([localStorage.getItem("actorchat.token"), localStorage.getItem("actorchat.draft.default"), localStorage.getItem("actorchat.name")], [null, null, "Ann"]);
  assert.deepEqual([kept(), store.link.phase, store.session.refusal.code], [undefined, "stopped", "signed_out"]);
});

test("Each conversation has a draft that survives a reload", async () => {
  await open();
  const { draftOf, keepDraft } = await import("../../../wwwroot/js/state/drafts.js");
  keepDraft("default", "half a thou");
  keepDraft("other", "more");
  await reopen();
  assert.deepEqual(["default", "other", "third"].map(draftOf), ["half a thou", "more", ""]);
  keepDraft("default", "");
  assert.equal(draftOf("default"), "");
});

test("A page works on without storage", async () => {
  const { readLocal, writeLocal } = await import("../../../wwwroot/js/lib/local.js");
  await open();
  globalThis.localStorage = { getItem() { throw new Error("off"); }, setItem() { throw new Error("full"); }, removeItem() { throw new Error("off"); } };
  writeLocal("name", "Ann");
  writeLocal("name", null);
  assert.equal(readLocal("name"), null);
});

test("A token stored by another tab is tried before the user is asked", async () => {
  const { server, store, clock } = await open();
  localStorage.setItem("actorchat.token", "newer");
  const made = server.socket;
  made.drop(4401);
  await clock.run(10);
  assert.equal(store.link.phase, "live");
  assert.equal(server.socket.sentOf("hello")[0].token, "newer");
});

test("A different build of the server makes the page outdated; the same build does not", async () => {
  const { store } = await open();
  const welcome = { user: { id: "ann", name: "Ann" }, epoch: "e1", build: "1" };
  store.session.onWelcome(welcome);
  store.session.onWelcome(welcome);
  assert.equal(store.session.outdated, false);
  store.session.onWelcome({ ...welcome, build: "2" });
  assert.equal(store.session.outdated, true);
});
