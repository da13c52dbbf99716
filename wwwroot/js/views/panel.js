// @ts-check
// What every dialog of the room does: it is open while it is the store's panel, and a click beside it closes it.

/** @typedef {import("../state/store.js").Store} Store */

/**
 * @param {HTMLDialogElement} dialog @param {Store} store @param {NonNullable<Store["panel"]>} name
 * @param {() => void} [opening] called before it opens
 * @returns {() => void} opens and closes it as the state wants it
 */
export function asPanel(dialog, store, name, opening) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // Told a task later: by then another dialog may be open, or this one again.
  dialog.addEventListener("close", () => {
    if (store.panel === name && !dialog.open) store.open(null);
  });
  return () => {
    const wanted = store.panel === name;
    if (wanted === dialog.open) return;
    if (!wanted) return dialog.close();
    opening?.();
    dialog.showModal();
  };
}
