// @ts-check
// The sign-out dialog. Signing out frees the name and deletes the room's data from this browser.

import { h, setText } from "../lib/dom.js";
import { bindDialog } from "./dialog.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const who = h("p", {});
  const unsent = h("p", {});
  const failed = h("p", { class: "danger", role: "alert" });
  const go = h("button", { class: "quiet leave", type: "button", on: { click: leave } }, "Sign out");
  const stay = h("button", { class: "quiet", type: "button", autofocus: true, on: { click: () => dialog.close() } }, "Stay");
  const dialog = h("dialog", { class: "dialog signout", id: "signout", "aria-labelledby": "signout-title" },
    h("h2", { id: "signout-title" }, "Sign out?"), who, unsent, failed, h("div", { class: "choices" }, go, stay));
  el.append(dialog);
  const toggle = bindDialog(dialog, store, "signout", () => setText(failed, ""));

  async function leave() {
    go.disabled = true;
    setText(failed, "");
    try {
      await store.session.signOut();
    } catch {
      setText(failed, "The server does not respond. Try again when you are connected.");
    }
    go.disabled = false;
  }

  return {
    update() {
      if (store.dialog === "signout") {
        setText(who, `Your messages stay in the room. The name ${store.me.name} becomes free: whoever takes it next continues as you.`);
        const waiting = store.outbox.entries.filter((entry) => entry.state !== "sent").length;
        unsent.hidden = waiting === 0;
        setText(unsent, waiting === 1
          ? "One message has not been sent and stays on this device."
          : `${waiting} messages have not been sent and stay on this device.`);
      }
      toggle();
    },
  };
}
