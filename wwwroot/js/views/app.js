// @ts-check
// The whole page: the join form until this browser has a name, then the room. The room's modules are loaded when
// they are needed, or when the form is up and nothing else is to do.

import { oncePerFrame } from "../lib/schedule.js";
import { mount as join } from "./join.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {(el: HTMLElement, store: Store) => {update(): void}} Mount */

/** @param {HTMLElement} el @param {Store} store */
export function mount(el, store) {
  /** @type {Mount | null} */
  let room = null;
  /** @type {Mount | null} */
  let screen = null;
  /** @type {{update(): void} | null} */
  let shown = null;

  async function loadRoom() {
    room ??= (await import("./room.js")).mount;
    update();
  }

  function update() {
    const wanted = store.session.identity.token ? room : join;
    if (wanted && wanted !== screen) {
      if (screen || wanted === room) el.replaceChildren();
      screen = wanted;
      shown = wanted(el, store);
    }
    shown?.update();
    document.documentElement.dataset.live = String(store.link.phase === "live" && (screen === room || screen === null));
  }

  const soon = oncePerFrame(update);
  store.subscribe((now) => (now ? update() : soon()));
  update();
  if (store.session.identity.token) loadRoom();
  else setTimeout(loadRoom);
}
