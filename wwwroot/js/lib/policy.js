// @ts-check
// The page's only Trusted Types policy: it has no rule for HTML, and its only script URL is the service worker.

/** @type {{ createScriptURL(url: string): any }} */
const rules = {
  createScriptURL: (url) => {
    if (url !== "sw.js") throw new TypeError("Only the service worker may be loaded by URL.");
    return url;
  },
};

export const trustedTypesPolicy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("actorchat", rules) ?? rules;
