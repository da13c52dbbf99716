// @ts-check
// Binds a dialog to the store: it is open while `store.dialog` has its name; a click outside closes it.

/** @typedef {import("../state/store.js").Store} Store */

/**
 * @param {HTMLDialogElement} dialog @param {Store} store @param {NonNullable<Store["dialog"]>} name
 * @param {() => void} [opening] called before the dialog opens
 * @returns {() => void} opens or closes the dialog to match the state
 */
export function bindDialog(dialog, store, name, opening) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // The event fires a task later: by then another dialog may be open, or this one again.
  dialog.addEventListener("close", () => {
    if (store.dialog === name && !dialog.open) store.open(null);
  });
  return () => {
    const wanted = store.dialog === name;
    if (wanted === dialog.open) return;
    if (!wanted) return dialog.close();
    opening?.();
    dialog.showModal();
  };
}
