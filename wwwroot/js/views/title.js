// @ts-check
// The number of unread messages in the title and, if the page is installed, on its icon.

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  let shown = 0;
  return {
    update() {
      const c = store.here;
      const count = c.entered ? c.unread : 0;
      const title = `${count ? `(${count}) ` : ""}${c.title} · ActorChat`;
      if (document.title !== title) document.title = title;
      if (count === shown) return;
      shown = count;
      const badge = /** @type {any} */ (navigator);
      (count ? badge.setAppBadge?.(count) : badge.clearAppBadge?.())?.catch?.(() => {});
    },
  };
}
