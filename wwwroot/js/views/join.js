// @ts-check
// The door: one question, the name. Whatever the server minds about it is said beside the field.

import { setText } from "../lib/dom.js";
import { SIGNED_OUT } from "../state/session.js";

/** The form of index.html; it leaves the document with the room and comes back where a session is lost. */
const page = /** @type {HTMLElement} */ (document.querySelector(".join"));

/** @template {Element} T @param {string} selector @returns {T} */
const part = (selector) => /** @type {T} */ (page.querySelector(selector));

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  /** @type {HTMLInputElement} */
  const input = part("#join-name");
  /** @type {HTMLButtonElement} */
  const button = part("button");
  const error = part("#join-error");
  el.append(page);
  page.classList.add("open");
  /** @type {HTMLFormElement} */ (part("form")).onsubmit = submit;
  if (!input.value) {
    input.value = store.session.identity.name;
    input.select();
  }
  input.focus();

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) {
      setText(error, "A name is needed, so that others know who is talking.");
      input.focus();
    } else if (!store.session.claiming) store.session.join(name);
  }

  // Entered before this module was here: early.js has noted it.
  if (document.documentElement.dataset.eager && input.value.trim()) store.session.join(input.value.trim());
  delete document.documentElement.dataset.eager;

  let told = { code: "", message: "" };
  return {
    update() {
      const busy = Boolean(store.session.claiming) && store.link.phase !== "stopped";
      button.disabled = busy;
      setText(button, busy ? "Joining…" : "Join");
      page.classList.toggle("busy", busy);
      const away = busy && store.link.phase === "waiting";
      if (busy || told !== store.session.refusal) setText(error, away ? "The server does not answer. Trying again…" : sayNo(store.session.refusal));
      const minded = Boolean(error.textContent) && !away && store.session.refusal.code !== SIGNED_OUT;
      input.setAttribute("aria-invalid", String(minded));
      error.classList.toggle("calm", !minded);
      if (told !== store.session.refusal) {
        told = store.session.refusal;
        if (told.code) input.select();
      }
    },
  };
}

/** @param {{code: string, message: string}} refusal */
function sayNo({ code, message }) {
  if (!code) return "";
  if (code === SIGNED_OUT) return "You are signed out here.";
  if (code === "name_taken") return "Somebody here has this name already. Please choose another.";
  if (code === "unauthorized" || code === "4401") {
    return "Your sign-in is no longer known here. Join again; what you wrote is still on this device.";
  }
  return message || `The server said no (${code}).`;
}
