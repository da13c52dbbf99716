import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { parseDay } from "../../../wwwroot/js/lib/parseday.js";
import { dayKey, dayLabel, untilMidnight } from "../../../wwwroot/js/lib/time.js";

const zone = process.env.TZ;
afterEach(() => (process.env.TZ = zone ?? "UTC"));

test("Days are parsed in all supported forms", () => {
  process.env.TZ = "Europe/Berlin";
  const now = new Date(2031, 4, 14, 15, 30).getTime(); // a Wednesday
  const day = (month, date, year = 2031) => new Date(year, month - 1, date).getTime();
  const words = {
    today: day(5, 14), " Yesterday ": day(5, 13), "3 days ago": day(5, 11), "1 day ago": day(5, 13), "2 weeks ago": day(4, 30),
    monday: day(5, 12), wed: day(5, 7), thu: day(5, 8), "2030-11-20": day(11, 20, 2030), "1.5.": day(5, 1), "20/11/2030": day(11, 20, 2030),
  };
  for (const [typed, expected] of Object.entries(words)) assert.equal(parseDay(typed, now), expected, typed);
  for (const typed of ["", "mo", "tomorrow", "2031-05-15", "31.2.", "20.13.2030", "12345 days ago", "soon"]) assert.equal(parseDay(typed, now), null, typed);
});

test("Yesterday is the previous day, also when summer time begins or ends", () => {
  process.env.TZ = "Europe/Berlin";
  for (const now of [new Date(2031, 2, 31, 0, 30), new Date(2031, 9, 27, 0, 30)]) {
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime();
    assert.equal(parseDay("yesterday", now.getTime()), yesterday);
    assert.equal(dayLabel(yesterday, now.getTime()), "Yesterday");
  }
});

test("A time belongs to the day of the reader's time zone", () => {
  const at = Date.parse("2031-03-10T12:30:00Z");
  const keys = ["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"].map((name) => {
    process.env.TZ = name;
    return dayKey(at);
  });
  assert.deepEqual(keys, ["2031-03-10", "2031-03-11", "2031-03-10"]);
});

test("A day is called Today, Yesterday, or by its date, with the year if it is not the current one", () => {
  const at = new Date(2031, 5, 10, 23, 49).getTime();
  assert.equal(dayLabel(at, new Date(2031, 5, 10, 23, 59).getTime()), "Today");
  assert.equal(dayLabel(at, new Date(2031, 5, 11, 0, 1).getTime()), "Yesterday");
  assert.match(dayLabel(at, new Date(2031, 5, 12, 0, 1).getTime()), /10/u);
  assert.doesNotMatch(dayLabel(at, new Date(2031, 5, 12).getTime()), /2031/u);
  assert.match(dayLabel(at, new Date(2032, 5, 12).getTime()), /2031/u);
});

test("The time until midnight is correct on days with 23 hours too", () => {
  process.env.TZ = "Europe/Berlin";
  assert.equal(untilMidnight(new Date(2031, 5, 10, 23, 59, 30).getTime()), 30_000);
  assert.equal(untilMidnight(new Date(2031, 2, 30, 0, 0).getTime()), 23 * 3_600_000);
});
