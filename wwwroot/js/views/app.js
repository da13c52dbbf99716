// @ts-check
// The root view: the join form until this browser has a token, then the room.

import { oncePerFrame } from "../lib/schedule.js";
import { mount as join } from "./join.js";
import { mount as room } from "./room.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  /** @type {typeof room | null} */
  let screen = null;
  /** @type {{update(): void} | null} */
  let shown = null;

  function update() {
    const wanted = store.session.identity.token ? room : join;
    if (wanted !== screen) {
      el.replaceChildren();
      screen = wanted;
      shown = wanted(el, store);
    }
    shown?.update();
    document.documentElement.dataset.live = String(store.link.phase === "live" && screen === room);
  }

  const soon = oncePerFrame(update);
  store.subscribe((now) => (now ? update() : soon()));
  update();
}
