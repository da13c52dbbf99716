// @ts-check
// Parses days as users type them: 2026-11-20, 20.11., 20/11/2026, "today", "yesterday", a weekday, "3 days ago".

const DAY_MS = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/**
 * @param {string} words @param {number} [now]
 * @returns {number | null} the start of that day in local time; null if it is not a day or lies in the future
 */
export function parseDay(words, now = Date.now()) {
  const text = words.trim().toLowerCase();
  const today = new Date(now).setHours(0, 0, 0, 0);
  if (!text) return null;
  if (text === "today") return today;
  if (text === "yesterday") return daysBefore(today, 1);
  const ago = /^(\d{1,4}) (day|week)s? ago$/u.exec(text);
  if (ago) return daysBefore(today, Number(ago[1]) * (ago[2] === "week" ? 7 : 1));
  const weekday = text.length >= 3 ? WEEKDAYS.findIndex((name) => name.startsWith(text)) : -1;
  if (weekday >= 0) return daysBefore(today, (new Date(today).getDay() - weekday + 7) % 7 || 7);
  const found = parseDate(text, new Date(now).getFullYear());
  return found !== null && found <= now ? found : null;
}

/** @param {string} text @param {number} thisYear */
function parseDate(text, thisYear) {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(text);
  if (iso) return startOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const local = /^(\d{1,2})[./](\d{1,2})[./]?(\d{4})?$/u.exec(text);
  return local ? startOf(Number(local[3] ?? thisYear), Number(local[2]), Number(local[1])) : null;
}

/** @param {number} year @param {number} month from 1 @param {number} day */
function startOf(year, month, day) {
  const made = new Date(year, month - 1, day);
  return made.getMonth() === month - 1 && made.getDate() === day ? made.getTime() : null;
}

/** Steps from noon, so that a change to or from summer time does not skip a day. @param {number} day @param {number} days */
const daysBefore = (day, days) => new Date(day + DAY_MS / 2 - days * DAY_MS).setHours(0, 0, 0, 0);
