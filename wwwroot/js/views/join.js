// @ts-check
// The join form: asks for a name and shows the server's refusal beside the field.

import { setText } from "../lib/dom.js";
import { SIGNED_OUT } from "../state/session.js";

/** The form from index.html. It is removed when the room opens and shown again if the session is lost. */
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
      setText(error, "Enter a name, so that others know who is talking.");
      input.focus();
    } else if (!store.session.claiming) store.session.join(name);
  }

  // A name submitted before this module was loaded: early.js has recorded that.
  if (document.documentElement.dataset.eager && input.value.trim()) store.session.join(input.value.trim());
  delete document.documentElement.dataset.eager;

  let shown = { code: "", message: "" };
  return {
    update() {
      const busy = Boolean(store.session.claiming) && store.link.phase !== "stopped";
      button.disabled = busy;
      setText(button, busy ? "Joining…" : "Join");
      page.classList.toggle("busy", busy);
      const away = busy && store.link.phase === "waiting";
      if (busy || shown !== store.session.refusal) {
        setText(error, away ? "The server does not respond. Trying again…" : messageFor(store.session.refusal));
      }
      const invalid = Boolean(error.textContent) && !away && store.session.refusal.code !== SIGNED_OUT;
      input.setAttribute("aria-invalid", String(invalid));
      error.classList.toggle("calm", !invalid);
      if (shown !== store.session.refusal) {
        shown = store.session.refusal;
        if (shown.code) input.select();
      }
    },
  };
}

/** @param {{code: string, message: string}} refusal */
function messageFor({ code, message }) {
  if (!code) return "";
  if (code === SIGNED_OUT) return "You are signed out.";
  if (code === "name_taken") return "Someone already has this name. Please choose another.";
  if (code === "unauthorized" || code === "4401") {
    return "The server no longer knows your sign-in. Join again; your unsent messages are still on this device.";
  }
  return message || `The server refused (${code}).`;
}
