// @ts-check
// Between the line and the state: what comes in is applied, and what has to happen when everything missed is here.

import { Link } from "../net/link.js";
import { misshapen } from "./shapes.js";

/** @typedef {import("./store.js").Store} Store */

const LONG_AWAY_MS = 20_000;

/** @param {Store} store @param {string} url */
export function lineFor(store, url) {
  const link = new Link(url, {
    hello: () => store.session.hello(),
    heartbeat: () => ({ type: "heartbeat", cursors: cursors(store) }),
    onFrame: (frame) => receive(store, frame),
    onHeartbeat: (reply) => store.apply({ ...reply, type: "heads" }),
    onPhase: () => phaseChanged(store),
    onRefused: (no) => store.session.refused(no),
  });
  return link;
}

/** How far each conversation has been applied. @param {Store} store */
export function cursors(store) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const c of store.state.conversations.values()) if (c.cursor !== null) found[c.id] = c.cursor;
  return found;
}

/** @param {Store} store @param {any} frame */
function receive(store, frame) {
  if (frame.type === "welcome" && !misshapen(frame)) store.session.welcomed(frame);
  store.apply(frame);
  if (frame.type === "live") caughtUp(store);
}

/** Everything that was missed is here. @param {Store} store */
function caughtUp(store) {
  const away = Date.now() - (store.link.downSince ?? Date.now());
  for (const c of store.state.conversations.values()) {
    if (!c.entered) store.reading.enter(c);
    else if (away > LONG_AWAY_MS) store.reading.divide(c);
    store.reading.tell(c);
  }
}

/** @param {Store} store */
function phaseChanged(store) {
  if (store.link.phase === "live") {
    store.outbox.flush();
    store.outbox.takeOver();
    store.cache.deepen();
    for (const c of store.state.conversations.values()) {
      store.paging.refresh(c);
      store.paging.pull(c);
    }
  }
  store.changed();
}
