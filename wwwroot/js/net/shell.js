// @ts-check
// The service worker that keeps this page's files: opens without a line, and says when newer files are there.

import { trusted } from "../lib/trusted.js";

const FRESH_LOAD_MS = 5_000;
const ONCE_A_MINUTE_MS = 60_000;

/** @param {() => void} outdated called when newer files than ours are ready */
export function keepShell(outdated) {
  if (!("serviceWorker" in navigator)) return;
  const began = Date.now();
  // At once: what the worker says is handed on as soon as the document is there, to whoever listens by then.
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type !== "fresh") return;
    // A page that was opened this moment and that nobody has touched takes the new files by itself.
    const touched = navigator.userActivation?.hasBeenActive ?? true;
    if (!touched && Date.now() - began < FRESH_LOAD_MS && firstTry()) location.reload();
    else outdated();
  });
  // The worker itself comes last: it takes nothing from the first opening.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}

async function register() {
  try {
    await navigator.serviceWorker.register(trusted.createScriptURL("sw.js"));
  } catch {
    // Without HTTPS there is none; the page does not depend on it.
  }
}

/** Never twice in a row, whatever the server hands out. */
function firstTry() {
  try {
    const last = Number(sessionStorage.getItem("actorchat.taken") ?? 0);
    sessionStorage.setItem("actorchat.taken", String(Date.now()));
    return Date.now() - last > ONCE_A_MINUTE_MS;
  } catch {
    return false;
  }
}
