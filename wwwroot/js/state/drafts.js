// @ts-check
// What was typed and not sent, per conversation. Outlives reloads and lost sessions.

import { recall, remember } from "../lib/local.js";

/** @param {string} conversation */
export const draftOf = (conversation) => recall(`draft.${conversation}`) ?? "";

/** @param {string} conversation @param {string} text */
export const keepDraft = (conversation, text) => remember(`draft.${conversation}`, text);
