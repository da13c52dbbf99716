// @ts-check
// Formats times in the reader's time zone and locale. Formatters are created once, because creating one is slow.

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayYearFormat = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @param {number} ms */
export const clock = (ms) => clockFormat.format(ms);

/** @param {number} ms */
export const exact = (ms) => exactFormat.format(ms);

/** The local calendar day as a sortable string. @param {number} ms */
export function dayKey(ms) {
  const day = new Date(ms);
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

/** "Today", "Yesterday" or weekday and date. @param {number} ms @param {number} [now] */
export function dayLabel(ms, now = Date.now()) {
  const days = Math.round((midnight(ms) - midnight(now)) / 86_400_000);
  if (days === 0 || days === -1) return capital(relative.format(days, "day"));
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dayYearFormat).format(ms);
}

/** Milliseconds until the next local midnight. */
export function untilMidnight(now = Date.now()) {
  const next = new Date(now);
  next.setHours(24, 0, 0, 0);
  return next.getTime() - now;
}

/** @param {number} ms */
function midnight(ms) {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** @param {number} n */
const pad = (n) => String(n).padStart(2, "0");

/** @param {string} text */
const capital = (text) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
