// @ts-check
// The dialogs, loaded when the room stands and nothing else is to do, or when the first of them is asked for.

const IDLE_MS = 500;

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  /** @type {{update(): void}[]} */
  let dialogs = [];
  /** @type {Promise<void> | null} */
  let loading = null;

  async function load() {
    const [palette, shortcuts] = await Promise.all([import("./palette.js"), import("./shortcuts.js")]);
    dialogs = [palette.mount(el, store), shortcuts.mount(el, store)];
    update();
  }

  function update() {
    if (store.panel) loading ??= load();
    for (const dialog of dialogs) dialog.update();
  }

  const idle = globalThis.requestIdleCallback ?? setTimeout;
  setTimeout(() => idle(() => (loading ??= load())), IDLE_MS);

  return { update };
}
