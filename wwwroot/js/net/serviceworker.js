// @ts-check
// Registers the service worker, which stores the page's files for offline use and reports newer ones.

import { trustedTypesPolicy } from "../lib/policy.js";

const JUST_OPENED_MS = 5_000;
const RELOAD_INTERVAL_MS = 60_000;

/** @param {() => void} outdated called when a newer version of the page is ready */
export function registerServiceWorker(outdated) {
  if (!("serviceWorker" in navigator)) return;
  const began = Date.now();
  // Register the listener at once: the browser delivers queued messages as soon as the document is parsed.
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type !== "fresh") return;
    // A page that was just opened and not used yet reloads by itself.
    const touched = navigator.userActivation?.hasBeenActive ?? true;
    if (!touched && Date.now() - began < JUST_OPENED_MS && mayReload()) location.reload();
    else outdated();
  });
  // The worker is registered after loading, so that it does not compete with the first load.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}

async function register() {
  try {
    await navigator.serviceWorker.register(trustedTypesPolicy.createScriptURL("sw.js"));
  } catch {
    // Service workers need HTTPS; the page works without one.
  }
}

/** Limits automatic reloads to one a minute, in case the server alternates between two versions. */
function mayReload() {
  try {
    const last = Number(sessionStorage.getItem("actorchat.taken") ?? 0);
    sessionStorage.setItem("actorchat.taken", String(Date.now()));
    return Date.now() - last > RELOAD_INTERVAL_MS;
  } catch {
    return false;
  }
}
