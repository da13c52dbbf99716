import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, closeAction } from "../../../wwwroot/js/net/closecodes.js";

test("The wait before an attempt is random between zero and its limit", () => {
  for (const [attempt, bound] of [[0, 500], [3, 4000], [6, 30_000], [40, 30_000]]) {
    const waits = Array.from({ length: 300 }, () => backoff(attempt));
    for (const wait of waits) assert.ok(wait >= 0 && wait <= bound);
    assert.ok(Math.min(...waits) < 0.2 * bound && Math.max(...waits) > 0.8 * bound);
  }
});

test("After recoverable codes the page reconnects by itself, and resumes unless the code forbids it", () => {
  for (const code of [1000, 1001, 1005, 1006, 1011, 4000, 4001, 4002, 4003, 4029, 4100, 4399, 4500]) assert.equal(closeAction(code).reconnect, true, `${code}`);
  assert.deepEqual([4000, 4100].map((code) => closeAction(code).resume), [true, false]);
  assert.deepEqual([4000, 4029].map((code) => closeAction(code).waitMs), [0, 5000]);
});

test("After fatal codes the page does not reconnect, and each has a reason", () => {
  const reasons = {
    4400: "could not read a message from this page", 4401: "sign-in", 4403: "removed from this room", 4406: "newer protocol", 4408: "in time",
    4409: "Too many windows", 4413: "larger than the server accepts", 4499: "4499", 1002: "proxy or firewall", 1003: "only text", 1007: "invalid text", 1008: "this page",
  };
  for (const [code, why] of Object.entries(reasons)) {
    const action = closeAction(Number(code));
    assert.equal(action.reconnect, false, code);
    assert.ok(action.reason.includes(why), action.reason);
  }
});
