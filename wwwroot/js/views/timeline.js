// @ts-check
// The message list: one element per row of the state, in order; loads more history near both ends.

import { h, setAttr } from "../lib/dom.js";
import { settled, whenSettled } from "../lib/markdown/load.js";
import { dayKey, untilMidnight } from "../lib/time.js";
import { rowsOf } from "../state/rows.js";
import { addRovingFocus } from "./roving.js";
import { makeRow } from "./row.js";
import { Scroll } from "./scroll.js";

/** @typedef {import("./row.js").RowView} RowView */

const HIGHLIGHT_MS = 2000;
// Timers may fire a little early.
const MARGIN_MS = 100;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const list = h("ol", { class: "rows", role: "list" });
  const timeline = h("div", { id: "timeline", class: "timeline", role: "log", "aria-live": "off", tabindex: "0" },
    skeleton(), list);
  el.append(timeline);
  addRovingFocus(timeline, list);
  /** @type {Map<string, RowView>} */
  const views = new Map();
  const scroll = new Scroll(timeline, list, {
    following: () => store.here.following,
    moved: () => {
      // While another page is loading, scrolling of the old one says nothing about the reader.
      if (store.here.loading === "around") return;
      // Nor does scrolling from before the user went to the newest message.
      if (store.here.following && !wasFollowing) return;
      store.follow(store.here.atEnd && scroll.atBottom);
      markSeen();
      loadMore();
    },
  });

  /** Only what is in view is read, except that a reader at the end has read everything. */
  function markSeen() {
    const c = store.here;
    if (c.scrollTarget || c.loading === "around") return;
    if (c.following && c.atEnd && scroll.atBottom) return store.reading.markSeen(c);
    const seen = scroll.inView();
    if (seen) store.reading.markInView(c, seen.first, seen.last);
  }

  function loadMore() {
    if (store.link.phase !== "live") return;
    if (scroll.nearTop) store.paging.older(store.here);
    else if (scroll.nearBottom) store.paging.newer(store.here);
  }

  let today = dayKey(Date.now());
  let wasFollowing = true;

  function update() {
    const c = store.here;
    // The first messages wait a moment for the Markdown renderer, so that none of them changes its look.
    if (!settled()) return timeline.classList.add("waiting");
    // The timer below may be late after the machine slept.
    if (today !== dayKey(Date.now())) onNewDay();
    if (c.following && !wasFollowing) scroll.resumeFollowing();
    wasFollowing = c.following;
    const rows = rowsOf(c, store.outbox.entries, store.me);
    timeline.classList.toggle("waiting", c.cursor === null);
    setAttr(timeline, "aria-label", `Messages in ${c.title}`);
    setAttr(timeline, "aria-busy", String(Boolean(c.loading)));
    scroll.preserve(() => reconcile(list, views, rows, store));
    scrollToTarget(c);
    markSeen();
    if (!c.scrollTarget) loadMore();
  }

  /** Scrolls to the message that the state names, once it is loaded. @param {import("../state/types.js").Conversation} c */
  function scrollToTarget(c) {
    const { scrollTarget } = c;
    const target = scrollTarget && c.messages.findLast((m) => m.seq <= scrollTarget.seq);
    if (!scrollTarget || !target || c.loading === "around") return;
    const el = /** @type {HTMLElement | null} */ (list.querySelector(`[data-seq="${target.seq}"]`));
    if (!el) return;
    c.scrollTarget = null;
    const divider = scrollTarget.ifAbove && list.querySelector(".divider");
    if (scrollTarget.ifAbove && !scroll.isAbove(divider || el)) return;
    scroll.show(el, scrollTarget.offset);
    if (scrollTarget.highlight) highlight(el);
    store.follow(c.atEnd && scroll.atBottom);
  }

  store.navigation.position = () => (store.here.following ? { latest: true } : scroll.position() ?? { latest: true });

  // "Today" becomes "Yesterday" at midnight without a reload.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let midnight;
  function onNewDay() {
    today = dayKey(Date.now());
    for (const view of views.values()) view.refresh?.();
    clearTimeout(midnight);
    midnight = setTimeout(onNewDay, untilMidnight() + MARGIN_MS);
  }
  onNewDay();
  whenSettled(update);

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
function highlight(el) {
  el.dataset.highlight = "";
  setTimeout(() => delete el.dataset.highlight, HIGHLIGHT_MS);
}

/** A placeholder while the first page is loading; CSS shows it only after a delay. */
function skeleton() {
  const lines = [68, 92, 40, 80, 56].map((width) => {
    const bar = h("i", {});
    bar.style.setProperty("inline-size", `${width}%`);
    return h("div", { class: "skeleton-row" }, h("b", {}), bar);
  });
  return h("div", { class: "skeleton", "aria-hidden": "true" }, ...lines);
}
