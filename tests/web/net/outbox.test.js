import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { newPage, settled } from "../fakes/browser.js";

const { Outbox } = await import("../../../wwwroot/js/net/outbox.js");
const { Refusal } = await import("../../../wwwroot/js/net/connection.js");

let clock, sent, stored, answer, open, orphans, outbox;
beforeEach(() => {
  clock = newPage();
  [sent, stored, open, orphans] = [[], new Map(), true, []];
  answer = async (_frame) => ({ seq: sent.length, at: "2031-05-05T12:00:00Z" });
  outbox = new Outbox({
    canSend: () => open,
    send: (frame) => {
      sent.push(frame);
      return answer(frame);
    },
    changed: () => {},
    storage: { put: (entry) => stored.set(entry.key, entry), remove: (key) => stored.delete(key) },
    orphans: async () => orphans,
  }, "this tab");
});
afterEach(() => clock.restore());

const texts = () => sent.map((frame) => frame.text);
const no = (code, hint) => async () => {
  throw new Refusal(code, "Not today.", hint);
};

test("Messages are sent one at a time in order, and each is stored until it is acknowledged", async () => {
  /** @type {(() => void)[]} */
  const replies = [];
  answer = () => new Promise((done) => replies.push(() => done({ seq: 1, at: "" })));
  for (const text of ["one", "two", "three"]) outbox.add("default", text);
  assert.deepEqual([texts(), stored.size], [["one"], 3]);
  for (const left of [2, 1, 0]) {
    replies.shift()?.();
    await settled();
    assert.equal(stored.size, left);
  }
  assert.deepEqual(texts(), ["one", "two", "three"]);
  assert.deepEqual(outbox.entries.map((entry) => entry.state), ["sent", "sent", "sent"]);
});

test("Without a connection messages wait, and are sent in order after reconnecting", async () => {
  open = false;
  for (const text of ["one", "two", "three"]) outbox.add("default", text);
  await settled();
  assert.deepEqual([texts(), stored.size], [[], 3]);
  open = true;
  await outbox.flush();
  assert.deepEqual(texts(), ["one", "two", "three"]);
});

test("A message that must be retried later is not overtaken by the next one", async () => {
  answer = no("busy", { retry: true, afterMs: 2000 });
  outbox.add("default", "one");
  outbox.add("default", "two");
  await clock.run(1999);
  assert.deepEqual(texts(), ["one"]);
  answer = async () => ({ seq: 1, at: "" });
  await clock.run(1);
  assert.deepEqual(texts(), ["one", "one", "two"]);
  assert.equal(sent[0].key, sent[1].key);
});

test("A message without a timely reply is sent again with the same key, before its successor", async () => {
  answer = async () => {
    if (sent.length < 3) throw new Refusal("timeout", "No answer yet.", { retry: true });
    return { seq: 1, at: "" };
  };
  outbox.add("default", "one");
  outbox.add("default", "two");
  await settled();
  assert.deepEqual(texts(), ["one", "one", "one", "two"]);
  assert.equal(new Set(sent.filter((frame) => frame.text === "one").map((frame) => frame.key)).size, 1);
});

test("A refused message fails with a reason; two simultaneous retries send it once, with the same key", async () => {
  answer = no("forbidden");
  const entry = outbox.add("default", "at last");
  outbox.add("default", "the next one");
  await settled();
  assert.deepEqual(outbox.entries.map(({ state, error }) => [state, error]), [["failed", "Not today."], ["failed", "Not today."]]);
  assert.equal(stored.get(entry.key).state, "failed");
  answer = async () => ({ seq: 9, at: "2031-05-05T12:00:00Z" });
  outbox.retry(entry.key);
  outbox.retry(entry.key);
  await settled();
  assert.deepEqual(texts(), ["at last", "the next one", "at last"]);
  assert.equal(sent[2].key, sent[0].key);
  assert.deepEqual([entry.state, entry.seq, entry.at, entry.error], ["sent", 9, Date.parse("2031-05-05T12:00:00Z"), undefined]);
});

test("A discarded message is removed from the page and from storage, even while its refusal is on the way", async () => {
  let refuse = () => {};
  answer = () => new Promise((_, reject) => (refuse = () => reject(new Refusal("forbidden", "No."))));
  const entry = outbox.add("default", "given up");
  outbox.remove(entry.key);
  refuse();
  await settled();
  assert.deepEqual([outbox.entries, stored.size], [[], 0]);
});

test("Unsent messages of a closed page are sent by another one in the order of writing", async () => {
  open = false;
  const earlier = outbox.add("default", "earlier");
  outbox.entries = [];
  const later = outbox.add("default", "later");
  orphans = [{ ...earlier, tab: "gone" }, { ...later }];
  await outbox.takeOver();
  assert.deepEqual(outbox.entries.map((entry) => entry.text), ["earlier", "later"]);
  assert.equal(stored.get(earlier.key).tab, "this tab");
  open = true;
  await outbox.flush();
  assert.deepEqual(texts(), ["earlier", "later"]);
});

test("A waiting message shows the server's time, not the local clock's", () => {
  open = false;
  outbox.setClock(new Date(clock.now + 90_000).toISOString());
  assert.equal(outbox.add("default", "waits").queuedAt, clock.now + 90_000);
  outbox.setClock("nonsense");
  assert.equal(outbox.add("default", "waits").queuedAt, clock.now + 90_000);
});
