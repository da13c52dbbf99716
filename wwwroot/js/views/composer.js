// @ts-check
// The message composer. Enter sends (except during input method composition and on touch keyboards), Shift+Enter
// inserts a line break. It also works offline: messages wait in the outbox.

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { byteLength } from "../lib/bytes.js";
import { isComposing } from "../lib/composing.js";
import { draftOf, keepDraft } from "../state/drafts.js";
import { completion } from "./complete.js";
import { pasteOffer } from "./paste.js";
import { alertUser } from "./announcer.js";

const COUNT_FROM = 0.8;
const touch = matchMedia("(pointer: coarse) and (hover: none)");

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const input = h("textarea", {
    id: "composer-input", rows: "1", autocomplete: "off", "aria-describedby": "composer-count",
    on: { input: changed, keydown },
  });
  const send = h("button", { id: "composer-send", type: "submit", "aria-label": "Send" }, icon("send"));
  const count = h("p", { id: "composer-count", class: "count" });
  const complete = completion(input, (text) => {
    input.value = text;
    changed();
  });
  const offer = pasteOffer(input);
  const form = h("form", { class: "composer", on: { submit } }, complete.el, offer.el, count, h("div", { class: "box" }, input, send));
  el.append(form);

  const room = store.here.id;
  input.value = draftOf(room);
  fit();
  input.focus({ preventScroll: true });

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (complete.key(event) || offer.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    if (touch.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    submit(event);
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = input.value.trimEnd();
    if (!text.trim() || tooLong(text)) return;
    input.value = "";
    keepDraft(room, "");
    fit();
    updateLimit();
    updateOffers();
    store.send(text);
    input.focus({ preventScroll: true });
  }

  function changed() {
    keepDraft(room, input.value);
    fit();
    updateLimit();
    updateOffers();
    if (input.value.trim()) store.typing();
  }

  function updateOffers() {
    complete.update();
    offer.update();
  }

  /** @param {string} text */
  const tooLong = (text) => byteLength(text) > store.state.limits.text_bytes;

  function updateLimit() {
    const limit = store.state.limits.text_bytes;
    const left = limit - byteLength(input.value);
    const close = left < limit * (1 - COUNT_FROM);
    const bytes = Math.abs(left).toLocaleString();
    setText(count, !close ? "" : left >= 0 ? `${bytes} bytes left` : `${bytes} bytes too long. Shorten it to send.`);
    if (left < 0 && !count.classList.contains("over")) alertUser("The message is too long to send.");
    count.classList.toggle("over", left < 0);
    send.disabled = left < 0 || !input.value.trim();
    setAttr(input, "aria-invalid", left < 0 ? "true" : null);
  }

  /** Grows the field with its text, up to the limit in CSS, in browsers without `field-sizing`. */
  function fit() {
    if (CSS.supports("field-sizing", "content")) return;
    input.style.blockSize = "auto";
    input.style.blockSize = `${input.scrollHeight + 2}px`; // plus its border
  }

  /** @type {{text: string} | null} */
  let taken = null;
  return {
    update() {
      const title = store.here.title;
      setAttr(input, "placeholder", `Message ${title}, or / for the bot`);
      setAttr(input, "aria-label", `Message ${title}`);
      if (store.suggestion && store.suggestion !== taken) {
        taken = store.suggestion;
        if (!input.value.trim()) input.value = taken.text;
        changed();
        input.focus({ preventScroll: true });
      }
      updateLimit();
    },
  };
}
