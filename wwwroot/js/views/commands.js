// @ts-check
// The commands of the palette, filtered by what was typed.

import { parseDay } from "../lib/parseday.js";
import { dayLabel } from "../lib/time.js";
import { firstSince } from "../state/bydate.js";
import { isNotifying, setNotifying, canNotify } from "./notify.js";
import { setTheme, currentTheme } from "./theme.js";

/** @typedef {{label: string, hint?: string, run(): void}} Command */

/** @param {import("../state/store.js").Store} store @param {string} typed @returns {Command[]} */
export function commandsFor(store, typed) {
  const query = typed.trim().toLowerCase();
  const destinations = destinationsFor(store, query);
  const matching = allCommands(store).filter((command) => matches(`${command.label} ${command.hint ?? ""}`.toLowerCase(), query));
  return [...destinations, ...matching];
}

/** @param {import("../state/store.js").Store} store @param {string} query @returns {Command[]} */
function destinationsFor(store, query) {
  /** @type {Command[]} */
  const found = [];
  const number = Number(/^#?(\d{1,15})$/u.exec(query)?.[1] ?? 0);
  if (number > 0 && number <= store.here.head) {
    found.push({ label: `Go to message ${number}`, hint: "by its number", run: () => store.navigation.go(number) });
  }
  const day = parseDay(query);
  if (day !== null) found.push(toDay(store, day, `Go to ${dayLabel(day)}`));
  return found;
}

/** @param {import("../state/store.js").Store} store @returns {Command[]} */
function allCommands(store) {
  const theme = currentTheme();
  /** @type {Command[]} */
  const list = [
    { label: "Go to the newest message", hint: "latest, end", run: () => store.toLatest() },
    toDay(store, /** @type {number} */ (parseDay("yesterday")), "Go to yesterday"),
    toDay(store, /** @type {number} */ (parseDay("1 week ago")), "Go to a week ago"),
    { label: "Go to the first message", hint: "oldest, beginning", run: () => store.navigation.go(1) },
    { label: "Ask the bot", hint: "/AIBot", run: () => store.suggest("/AIBot ") },
  ];
  for (const name of ["system", "light", "dark"]) {
    const label = name === "system" ? "Theme: as the system" : `Theme: ${name}`;
    if (name !== theme) list.push({ label, hint: "colours", run: () => setTheme(name) });
  }
  if (canNotify()) {
    const on = isNotifying();
    const label = on ? "Turn notifications off" : "Turn notifications on";
    list.push({ label, hint: "in this browser", run: () => void setNotifying(!on) });
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
      if (seq) store.navigation.go(seq);
      else store.toLatest();
    },
  };
}

/** Whether every typed word is the beginning of a word in the label. @param {string} label @param {string} query */
function matches(label, query) {
  const words = label.split(/[^\p{L}\p{N}/?]+/u);
  return query.split(/\s+/u).every((part) => words.some((word) => word.startsWith(part)));
}
