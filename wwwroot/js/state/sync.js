// @ts-check
// Connects the link with the state: applies incoming frames and starts the work that follows a completed replay.

import { Link } from "../net/link.js";
import { isMalformed } from "./validation.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store @param {string} url @returns {Link} */
export function createLink(store, url) {
  const link = new Link(url, {
    hello: () => store.session.hello(),
    heartbeat: () => ({ type: "heartbeat", cursors: cursors(store) }),
    onFrame: (frame) => receive(store, frame),
    onHeartbeat: (reply) => store.apply({ ...reply, type: "heads" }),
    onPhase: () => phaseChanged(store),
    onRefused: (refusal) => store.session.onRefused(refusal),
  });
  return link;
}

/** The last applied seq of each conversation. @param {Store} store */
export function cursors(store) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const c of store.state.conversations.values()) if (c.cursor !== null) found[c.id] = c.cursor;
  return found;
}

/** @param {Store} store @param {any} frame */
function receive(store, frame) {
  if (frame.type === "welcome" && !isMalformed(frame)) store.session.onWelcome(frame);
  store.apply(frame);
  if (frame.type === "live") caughtUp(store);
}

/** Called when all missed events have been applied. @param {Store} store */
function caughtUp(store) {
  for (const c of store.state.conversations.values()) {
    if (!c.entered) store.reading.enter(c);
    else store.reading.comeBack(c);
    store.reading.report(c);
  }
}

/** @param {Store} store */
function phaseChanged(store) {
  if (store.link.phase === "live") {
    store.outbox.flush();
    store.outbox.takeOver();
    store.cache.loadOlder();
    for (const c of store.state.conversations.values()) {
      store.paging.refresh(c);
      store.paging.pull(c);
    }
  } else for (const c of store.state.conversations.values()) store.reading.leave(c);
  store.changed();
}
