// @ts-check
// The view of one message. An own message keeps the same element from Enter until it is in the log.

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { hueOf, initialsOf } from "../lib/person.js";
import { clock, exact } from "../lib/time.js";
import { address } from "../state/navigation.js";
import { updateNote } from "./note.js";
import { updateQuote } from "./quote.js";
import { MessageText } from "./text.js";

/** @typedef {import("../state/rows.js").Row} Row */
/** @typedef {Extract<Row, {type: "message" | "unsent"}>} MessageRow */

/** @param {import("../state/store.js").Store} store @returns {import("./row.js").RowView} */
export function makeMessage(store) {
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  const who = h("span", { class: "who" });
  const ai = h("abbr", { class: "ai", title: "Written by AI", hidden: true }, "AI");
  const time = h("time", {});
  const link = h("a", { class: "when", tabindex: "-1" }, time);
  const by = h("div", { class: "by" }, who, ai, link);
  const quote = h("div", { class: "quote", hidden: true });
  const text = new MessageText();
  const mark = h("span", { class: "mark" });
  const note = h("div", { class: "note", hidden: true });
  const el = h("li", { class: "row", tabindex: "-1" }, avatar, by, quote, text.el, mark, note);
  let name = "";
  let marked = "";
  let drawn = "";

  /** @param {MessageRow} row */
  function update(row) {
    const version = versionOf(row);
    if (version === drawn) return;
    drawn = version;
    const { sender, at, state, kind } = row.type === "unsent" ? ofEntry(row) : ofMessage(row);
    const bot = kind === "ai_response";
    const own = state === "mine" || row.type === "unsent";
    const classes = ["row", row.first && "first", bot && "bot", kind === "system" && "system", own && "own"];
    el.className = classes.filter(Boolean).join(" ");
    if (name !== sender.name) {
      name = sender.name;
      el.style.setProperty("--h", String(bot ? 190 : hueOf(name)));
      setText(avatar, bot ? "AI" : initialsOf(name));
      setText(who, name);
    }
    ai.hidden = !bot;
    setText(time, clock(at));
    setAttr(time, "datetime", new Date(at).toISOString());
    time.title = exact(at);
    if (row.type === "unsent") setAttr(el, "data-key", row.entry.key);
    else {
      setAttr(el, "data-seq", String(row.message.seq));
      setAttr(link, "href", address(store.here.id, row.message.seq));
      if (row.own && row.message.key) setAttr(el, "data-key", row.message.key);
    }
    const shown = state === "mine" ? "sent" : state;
    setAttr(el, "data-state", shown || null);
    setMark(shown);
    updateQuote(quote, row, store.here.id);
    text.update(row.type === "unsent"
      ? { text: row.entry.text }
      : { text: row.text, answer: bot, running: state === "running", deleted: row.message.deleted });
    updateNote(note, row, store);
  }

  /** @param {string} state */
  function setMark(state) {
    const wanted = state === "sending" || state === "sent" ? state : "";
    if (wanted === marked) return;
    marked = wanted;
    mark.replaceChildren();
    if (!wanted) return;
    const label = wanted === "sending" ? "Sending" : "Sent";
    mark.append(icon(wanted === "sending" ? "clock" : "check"), h("span", { class: "visually-hidden" }, label));
    mark.title = label;
  }

  return { el, update };
}

/** A string that changes whenever the row must be redrawn; it makes an update of 300 unchanged rows cheap. @param {MessageRow} row */
function versionOf(row) {
  if (row.type === "unsent") return `entry ${row.first} ${row.entry.state} ${row.entry.at} ${row.entry.error} ${row.sender.name}`;
  const { message, first, own, text, quoted } = row;
  return `${message.seq} ${message.asOf} ${first} ${own} ${text.length} ${quoted ? quoted.message?.asOf ?? "?" : ""}`;
}

/** @param {Extract<Row, {type: "unsent"}>} row */
function ofEntry({ entry, sender }) {
  return { sender, at: entry.at ?? entry.queuedAt, state: entry.state, kind: "user_message" };
}

/** @param {Extract<Row, {type: "message"}>} row */
function ofMessage({ message, own }) {
  return { sender: message.sender, at: message.at, state: message.state ?? (own ? "mine" : ""), kind: message.kind };
}
