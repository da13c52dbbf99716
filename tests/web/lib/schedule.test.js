import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../fakes/clock.js";
import { oncePerFrame } from "../../../wwwroot/js/lib/schedule.js";

test("Many changes cause one update per frame, and in a tab without frames one by timer", async () => {
  const clock = new Clock();
  /** @type {(() => void)[]} */
  let frames = [];
  Object.assign(globalThis, { requestAnimationFrame: (work) => frames.push(work), cancelAnimationFrame: () => {} });
  let runs = 0;
  const soon = oncePerFrame(() => runs++);
  for (let n = 0; n < 400; n++) soon();
  assert.equal(runs, 0);
  for (const frame of frames.splice(0)) frame();
  await clock.run(1000);
  assert.equal(runs, 1);
  for (let n = 0; n < 400; n++) soon();
  await clock.run(249);
  assert.equal(runs, 1);
  await clock.run(1);
  assert.equal(runs, 2);
  for (const frame of frames.splice(0)) frame();
  assert.equal(runs, 2);
  clock.restore();
});
