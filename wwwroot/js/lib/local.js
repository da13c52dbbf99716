// @ts-check
// localStorage that never throws: switched off or full, the page works on without memory.

const PREFIX = "actorchat.";

/** @param {string} name @returns {string | null} */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} value null or "" forgets it */
export function remember(name, value) {
  try {
    if (value) localStorage.setItem(PREFIX + name, value);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // A private window or a full quota: nothing the person can act on.
  }
}

/** Calls back when another tab changes `name`. @param {string} name @param {(value: string | null) => void} changed */
export function onElsewhere(name, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) changed(event.newValue);
  });
}
