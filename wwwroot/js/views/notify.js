// @ts-check
// System notifications: only if the user enabled them, only for new (not replayed) messages while the page is hidden,
// and only from one tab of this browser.

import { readLocal, writeLocal } from "../lib/local.js";
import { preview } from "../lib/markdown/preview.js";

const OTHER_TAB_MS = 400;
const MAX_CHARS = 160;

export const canNotify = () => "Notification" in globalThis && isSecureContext && Notification.permission !== "denied";
export const isNotifying = () => readLocal("notify") === "on" && canNotify() && Notification.permission === "granted";

/** @param {boolean} on */
export async function setNotifying(on) {
  const granted = on && (await Notification.requestPermission()) === "granted";
  writeLocal("notify", granted ? "on" : null);
}

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let isNotifier = false;
  navigator.locks?.request("actorchat.bell", () => {
    isNotifier = true;
    return new Promise(() => {});
  });

  store.onEvents((events, live) => {
    if (!live || !isNotifier || !isNotifying() || document.visibilityState === "visible") return;
    const event = events.findLast((e) => e.type === "message" && e.kind === "user_message" && e.sender?.id !== store.me.id);
    if (!event) return;
    // The message may be visible in another tab: its read mark arrives at once.
    setTimeout(() => {
      if (store.here.read < event.seq) show(event);
    }, OTHER_TAB_MS);
  });

  /** @param {any} event */
  function show(event) {
    try {
      const note = new Notification(event.sender.name, { body: preview(event.text, MAX_CHARS), tag: "actorchat", icon: "icons/icon.svg" });
      note.onclick = () => {
        focus();
        store.toLatest();
        note.close();
      };
    } catch {
      // Some phones allow notifications only from a service worker; there the user sees only the badge.
    }
  }

  return { update() {} };
}
