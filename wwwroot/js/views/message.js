// @ts-check
// One message, own and unsent ones too: the same element from the press of Enter to its place in the log.

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { hueOf, initialsOf } from "../lib/person.js";
import { clock, exact } from "../lib/time.js";
import { address } from "../state/places.js";
import { updateNote } from "./note.js";
import { updateQuote } from "./quote.js";
import { MessageText } from "./text.js";

/** @typedef {import("../state/rows.js").Row} Row */
/** @typedef {Extract<Row, {type: "message" | "letter"}>} MessageRow */

/** @param {import("../state/store.js").Store} store @returns {import("./row.js").RowView} */
export function makeMessage(store) {
  const tile = h("span", { class: "tile", "aria-hidden": "true" });
  const who = h("span", { class: "who" });
  const ai = h("abbr", { class: "ai", title: "Written by a machine", hidden: true }, "AI");
  const time = h("time", {});
  const link = h("a", { class: "when", tabindex: "-1" }, time);
  const by = h("div", { class: "by" }, who, ai, link);
  const quote = h("div", { class: "quote", hidden: true });
  const text = new MessageText();
  const mark = h("span", { class: "mark" });
  const note = h("div", { class: "note", hidden: true });
  const el = h("li", { class: "row", tabindex: "-1" }, tile, by, quote, text.el, mark, note);
  let name = "";
  let marked = "";
  let drawn = "";

  /** @param {MessageRow} row */
  function update(row) {
    const version = versionOf(row);
    if (version === drawn) return;
    drawn = version;
    const { sender, at, state, kind } = row.type === "letter" ? ofLetter(row) : ofMessage(row);
    const bot = kind === "ai_response";
    el.className = `row${row.first ? " first" : ""}${bot ? " bot" : ""}${kind === "system" ? " system" : ""}${state === "mine" || row.type === "letter" ? " own" : ""}`;
    if (name !== sender.name) {
      name = sender.name;
      el.style.setProperty("--h", String(bot ? 190 : hueOf(name)));
      setText(tile, bot ? "AI" : initialsOf(name));
      setText(who, name);
    }
    ai.hidden = !bot;
    setText(time, clock(at));
    setAttr(time, "datetime", new Date(at).toISOString());
    time.title = exact(at);
    if (row.type === "letter") setAttr(el, "data-key", row.letter.key);
    else {
      setAttr(el, "data-seq", String(row.message.seq));
      setAttr(link, "href", address(store.here.id, row.message.seq));
      if (row.own && row.message.key) setAttr(el, "data-key", row.message.key);
    }
    const shown = state === "mine" ? "sent" : state;
    setAttr(el, "data-state", shown || null);
    setMark(shown);
    updateQuote(quote, row, store.here.id);
    text.update(row.type === "letter"
      ? { text: row.letter.text, unsent: true }
      : { text: row.text, html: row.message.html, running: state === "running", deleted: row.message.deleted });
    updateNote(note, row, store);
  }

  /** @param {string} state */
  function setMark(state) {
    const wanted = state === "sending" || state === "sent" ? state : "";
    if (wanted === marked) return;
    marked = wanted;
    mark.replaceChildren();
    if (!wanted) return;
    mark.append(icon(wanted === "sending" ? "clock" : "check"), h("span", { class: "unseen" }, wanted === "sending" ? "Sending" : "Sent"));
    mark.title = wanted === "sending" ? "Sending" : "Sent";
  }

  return { el, update };
}

/** Changes whenever the row has to be drawn anew: three hundred rows are asked at each frame. @param {MessageRow} row */
function versionOf(row) {
  if (row.type === "letter") return `letter ${row.first} ${row.letter.state} ${row.letter.at} ${row.letter.error} ${row.sender.name}`;
  const { message, first, own, text, quoted } = row;
  return `${message.seq} ${message.asOf} ${first} ${own} ${text.length} ${quoted ? quoted.message?.asOf ?? "?" : ""}`;
}

/** @param {Extract<Row, {type: "letter"}>} row */
function ofLetter({ letter, sender }) {
  return { sender, at: letter.at ?? letter.queuedAt, state: letter.state, kind: "user_message" };
}

/** @param {Extract<Row, {type: "message"}>} row */
function ofMessage({ message, own }) {
  return { sender: message.sender, at: message.at, state: message.state ?? (own ? "mine" : ""), kind: message.kind };
}
