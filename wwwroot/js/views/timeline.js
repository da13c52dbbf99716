// @ts-check
// The message list: keeps one element per row of the state, in order, and asks for more at its ends.

import { h, setAttr } from "../lib/dom.js";
import { dayKey, untilMidnight } from "../lib/time.js";
import { rowsOf } from "../state/rows.js";
import { rove } from "./roving.js";
import { makeRow } from "./row.js";
import { Scroll } from "./scroll.js";

/** @typedef {import("./row.js").RowView} RowView */

const LIT_MS = 2000;
// Timers may fire a little early.
const MARGIN_MS = 100;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const list = h("ol", { class: "rows", role: "list" });
  const timeline = h("div", { id: "timeline", class: "timeline", role: "log", "aria-live": "off", tabindex: "0" },
    skeleton(), list);
  el.append(timeline);
  rove(timeline, list);
  /** @type {Map<string, RowView>} */
  const views = new Map();
  const scroll = new Scroll(timeline, list, {
    following: () => store.here.following,
    moved: () => {
      // On the way to another page, the old one's scrolling says nothing about the reader.
      if (store.here.loading === "around") return;
      // Nor does what was scrolled before somebody asked for the newest message and the page went there.
      if (store.here.following && !wasFollowing) return;
      store.follow(store.here.atEnd && scroll.atBottom);
      loadMore();
    },
  });

  function loadMore() {
    if (store.link.phase !== "live") return;
    if (scroll.nearTop) store.paging.older(store.here);
    else if (scroll.nearBottom) store.paging.newer(store.here);
  }

  let today = dayKey(Date.now());
  let wasFollowing = true;

  function update() {
    const c = store.here;
    // After a sleep the timer below may be late.
    if (today !== dayKey(Date.now())) turnDay();
    if (c.following && !wasFollowing) scroll.letGo();
    wasFollowing = c.following;
    const rows = rowsOf(c, store.outbox.letters, store.me);
    timeline.classList.toggle("waiting", c.cursor === null);
    setAttr(timeline, "aria-label", `Messages in ${c.title}`);
    setAttr(timeline, "aria-busy", String(Boolean(c.loading)));
    scroll.keep(() => reconcile(list, views, rows, store));
    land(c);
    if (c.following && c.atEnd && scroll.atBottom) store.reading.seen(c);
    if (!c.landing) loadMore();
  }

  /** Goes where the state wants the reader to be, once that message is here. @param {import("../state/types.js").Conversation} c */
  function land(c) {
    const { landing } = c;
    const target = landing && c.messages.findLast((m) => m.seq <= landing.seq);
    if (!landing || !target || c.loading === "around") return;
    const el = /** @type {HTMLElement | null} */ (list.querySelector(`[data-seq="${target.seq}"]`));
    if (!el) return;
    c.landing = null;
    scroll.show(el, landing.offset);
    if (landing.lit) light(el);
    store.follow(c.atEnd && scroll.atBottom);
  }

  store.places.spot = () => (store.here.following ? { latest: true } : scroll.spot() ?? { latest: true });

  // "Today" becomes "Yesterday" at midnight without a reload.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let midnight;
  function turnDay() {
    today = dayKey(Date.now());
    for (const view of views.values()) view.refresh?.();
    clearTimeout(midnight);
    midnight = setTimeout(turnDay, untilMidnight() + MARGIN_MS);
  }
  turnDay();

  return { update };
}

/**
 * @param {HTMLElement} list @param {Map<string, RowView>} views
 * @param {import("../state/rows.js").Row[]} rows @param {import("../state/store.js").Store} store
 */
function reconcile(list, views, rows, store) {
  const wanted = new Set(rows.map((row) => row.id));
  for (const [id, view] of views) {
    if (wanted.has(id)) continue;
    view.el.remove();
    views.delete(id);
  }
  let next = list.firstElementChild;
  for (const row of rows) {
    let view = views.get(row.id);
    if (!view) views.set(row.id, (view = makeRow(row, store)));
    view.update(row);
    if (view.el === next) next = next.nextElementSibling;
    else list.insertBefore(view.el, next);
  }
}

/** @param {HTMLElement} el */
function light(el) {
  el.dataset.lit = "";
  setTimeout(() => delete el.dataset.lit, LIT_MS);
}

/** Stands in while the first page is on its way; CSS shows it only after a moment. */
function skeleton() {
  const lines = [68, 92, 40, 80, 56].map((width) => {
    const bar = h("i", {});
    bar.style.setProperty("inline-size", `${width}%`);
    return h("div", { class: "bone" }, h("b", {}), bar);
  });
  return h("div", { class: "skeleton", "aria-hidden": "true" }, ...lines);
}
