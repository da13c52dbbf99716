// @ts-check

const COMPOSING_KEY = 229;

/** Whether a key belongs to an input method. Safari ends the composition before it reports the key; only the code tells. @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === COMPOSING_KEY;
