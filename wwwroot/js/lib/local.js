// @ts-check
// localStorage without exceptions: if it is disabled or full, the page works without it.

const PREFIX = "actorchat.";

/** @param {string} name @returns {string | null} */
export function readLocal(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} value null or "" removes it */
export function writeLocal(name, value) {
  try {
    if (value) localStorage.setItem(PREFIX + name, value);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // A private window or a full quota: the user can do nothing about it.
  }
}

/** Calls back when another tab changes `name`. @param {string} name @param {(value: string | null) => void} changed */
export function onOtherTab(name, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) changed(event.newValue);
  });
}
