// @ts-check

const COMPOSING_KEY = 229;

/**
 * Whether a key press belongs to an input method. Safari reports the key after the composition has ended: there only the
 * key code shows it.
 * @param {KeyboardEvent} event
 */
export const isComposing = (event) => event.isComposing || event.keyCode === COMPOSING_KEY;
