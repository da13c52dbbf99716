// @ts-check
// Leaving for good: the name becomes free, and this browser keeps nothing of the room.

import { h, setText } from "../lib/dom.js";
import { asPanel } from "./panel.js";

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
  const toggle = asPanel(dialog, store, "signout", () => setText(failed, ""));

  async function leave() {
    go.disabled = true;
    setText(failed, "");
    try {
      await store.session.signOut();
    } catch {
      setText(failed, "The server does not answer. Try again when the line is back.");
    }
    go.disabled = false;
  }

  return {
    update() {
      if (store.panel === "signout") {
        setText(who, `What you wrote stays in the room. The name ${store.me.name} is free then: whoever takes it next goes on as you.`);
        const waiting = store.outbox.letters.filter((letter) => letter.state !== "sent").length;
        unsent.hidden = waiting === 0;
        setText(unsent, waiting === 1 ? "One message is not sent yet and stays on this device." : `${waiting} messages are not sent yet and stay on this device.`);
      }
      toggle();
    },
  };
}
