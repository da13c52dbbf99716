import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../../wwwroot/js/lib/uuid.js";

test("Keys are UUIDs of version 7 that sort by creation", () => {
  const made = Array.from({ length: 10_000 }, uuid7);
  for (const key of made.slice(0, 100)) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  assert.deepEqual([...made].sort(), made);
  assert.equal(new Set(made).size, made.length);
  assert.ok(Math.abs(parseInt(made[0].replaceAll("-", "").slice(0, 12), 16) - Date.now()) < 60_000);
});
