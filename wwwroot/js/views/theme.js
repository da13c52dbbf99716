// @ts-check
// Light, dark, or as the system says. js/early.js sets a pinned one before the first paint.

import { recall, remember } from "../lib/local.js";

const ORDER = ["system", "light", "dark"];

export const themeName = () => recall("theme") ?? "system";

/** @param {string} name */
export function pinTheme(name) {
  remember("theme", name === "system" ? null : name);
  tint();
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

/** The bar of a phone's browser or window: its colour comes from the <meta> whose media fits. */
export function tint() {
  const bars = /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll('meta[name="theme-color"]'));
  ["light", "dark"].forEach((scheme, at) => {
    bars[at].media = themeName() === "system" ? `(prefers-color-scheme: ${scheme})` : themeName() === scheme ? "all" : "not all";
  });
}

export function nextTheme() {
  pinTheme(ORDER[(ORDER.indexOf(themeName()) + 1) % ORDER.length]);
}
