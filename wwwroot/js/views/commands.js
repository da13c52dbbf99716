// @ts-check
// What the palette offers for what was typed.

import { dayFrom } from "../lib/daywords.js";
import { dayLabel } from "../lib/time.js";
import { firstSince } from "../state/bydate.js";
import { notifying, switchNotifying, notifyPossible } from "./notify.js";
import { pinTheme, themeName } from "./theme.js";

/** @typedef {{label: string, hint?: string, run(): void}} Command */

/** @param {import("../state/store.js").Store} store @param {string} typed @returns {Command[]} */
export function commandsFor(store, typed) {
  const query = typed.trim().toLowerCase();
  const places = placesFor(store, query);
  const matching = standing(store).filter((command) => matches(`${command.label} ${command.hint ?? ""}`.toLowerCase(), query));
  return [...places, ...matching];
}

/** @param {import("../state/store.js").Store} store @param {string} query @returns {Command[]} */
function placesFor(store, query) {
  /** @type {Command[]} */
  const found = [];
  const number = Number(/^#?(\d{1,15})$/u.exec(query)?.[1] ?? 0);
  if (number > 0 && number <= store.here.head) {
    found.push({ label: `Go to message ${number}`, hint: "by its number", run: () => store.places.go(number) });
  }
  const day = dayFrom(query);
  if (day !== null) found.push(toDay(store, day, `Go to ${dayLabel(day)}`));
  return found;
}

/** @param {import("../state/store.js").Store} store @returns {Command[]} */
function standing(store) {
  const theme = themeName();
  /** @type {Command[]} */
  const list = [
    { label: "Go to the newest message", hint: "latest, end", run: () => store.toLatest() },
    toDay(store, /** @type {number} */ (dayFrom("yesterday")), "Go to yesterday"),
    toDay(store, /** @type {number} */ (dayFrom("1 week ago")), "Go to a week ago"),
    { label: "Go to the first message", hint: "oldest, beginning", run: () => store.places.go(1) },
    { label: "Ask the bot", hint: "/AIBot", run: () => store.suggest("/AIBot ") },
  ];
  for (const name of ["system", "light", "dark"]) {
    if (name !== theme) list.push({ label: name === "system" ? "Theme: as the system" : `Theme: ${name}`, hint: "colours", run: () => pinTheme(name) });
  }
  if (notifyPossible()) {
    const on = notifying();
    list.push({ label: on ? "Turn notifications off" : "Turn notifications on", hint: "in this browser", run: () => void switchNotifying(!on) });
  }
  list.push({ label: "Sign out…", hint: "of this browser", run: () => store.open("signout") });
  list.push({ label: "Keyboard shortcuts", hint: "?", run: () => store.open("shortcuts") });
  return list;
}

/** @param {import("../state/store.js").Store} store @param {number} day @param {string} label @returns {Command} */
function toDay(store, day, label) {
  return {
    label,
    hint: "date",
    async run() {
      const seq = await firstSince(store, store.here, day);
      if (seq) store.places.go(seq);
      else store.toLatest();
    },
  };
}

/** Every word typed begins a word of the label. @param {string} label @param {string} query */
function matches(label, query) {
  const words = label.split(/[^\p{L}\p{N}/?]+/u);
  return query.split(/\s+/u).every((part) => words.some((word) => word.startsWith(part)));
}
