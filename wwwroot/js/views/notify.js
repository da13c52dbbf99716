// @ts-check
// Notifications of the system, only if asked for, only for what is new after `live` and nobody looks at, and only
// from one tab of this browser.

import { recall, remember } from "../lib/local.js";

const SEEN_ELSEWHERE_MS = 400;
const MAX_CHARS = 160;

export const notifyPossible = () => "Notification" in globalThis && isSecureContext && Notification.permission !== "denied";
export const notifying = () => recall("notify") === "on" && notifyPossible() && Notification.permission === "granted";

/** @param {boolean} on */
export async function switchNotifying(on) {
  const granted = on && (await Notification.requestPermission()) === "granted";
  remember("notify", granted ? "on" : null);
}

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let ringer = false;
  navigator.locks?.request("actorchat.bell", () => {
    ringer = true;
    return new Promise(() => {});
  });

  store.onNews((events, live) => {
    if (!live || !ringer || !notifying() || document.visibilityState === "visible") return;
    const event = events.findLast((e) => e.type === "message" && e.kind === "user_message" && e.sender?.id !== store.me.id);
    if (!event) return;
    // Another tab may be looking at it: it says so at once.
    setTimeout(() => {
      if (store.here.read < event.seq) ring(event);
    }, SEEN_ELSEWHERE_MS);
  });

  /** @param {any} event */
  function ring(event) {
    try {
      const note = new Notification(event.sender.name, { body: event.text.slice(0, MAX_CHARS), tag: "actorchat", icon: "icons/icon.svg" });
      note.onclick = () => {
        focus();
        store.toLatest();
        note.close();
      };
    } catch {
      // Some phones allow notifications from a service worker only; the badge has to do there.
    }
  }

  return { update() {} };
}
