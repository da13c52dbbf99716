// @ts-check
// Unsent text per conversation, in localStorage: it survives reloads and lost sessions.

import { readLocal, writeLocal } from "../lib/local.js";

/** @param {string} conversation */
export const draftOf = (conversation) => readLocal(`draft.${conversation}`) ?? "";

/** @param {string} conversation @param {string} text */
export const keepDraft = (conversation, text) => writeLocal(`draft.${conversation}`, text);
