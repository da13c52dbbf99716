// @ts-check
// The theme: light, dark or the system's. js/early.js sets a chosen theme before the first paint.

import { readLocal, writeLocal } from "../lib/local.js";

const ORDER = ["system", "light", "dark"];

export const currentTheme = () => readLocal("theme") ?? "system";

/** @param {string} name */
export function setTheme(name) {
  writeLocal("theme", name === "system" ? null : name);
  updateThemeColor();
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

/** Updates the theme-color meta elements, which set the colour of the browser's toolbar. */
export function updateThemeColor() {
  const bars = /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll('meta[name="theme-color"]'));
  ["light", "dark"].forEach((scheme, at) => {
    bars[at].media = currentTheme() === "system" ? `(prefers-color-scheme: ${scheme})` : currentTheme() === scheme ? "all" : "not all";
  });
}

export function nextTheme() {
  setTheme(ORDER[(ORDER.indexOf(currentTheme()) + 1) % ORDER.length]);
}
