// @ts-check
// Light, dark, or as the system says. js/early.js sets a pinned one before the first paint.

import { recall, remember } from "../lib/local.js";

const ORDER = ["system", "light", "dark"];

export const themeName = () => recall("theme") ?? "system";

/** @param {string} name */
export function pinTheme(name) {
  remember("theme", name === "system" ? null : name);
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

export function nextTheme() {
  pinTheme(ORDER[(ORDER.indexOf(themeName()) + 1) % ORDER.length]);
}
