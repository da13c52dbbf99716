// @ts-check
// The page's only Trusted Types policy. Its HTML is parsed inertly by sanitize.js and nowhere else;
// its one script address is the service worker.

/** @type {{ createHTML(html: string): any, createScriptURL(url: string): any }} */
const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== "sw.js") throw new TypeError("Only the service worker may be loaded by address.");
    return url;
  },
};

export const trusted = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("actorchat", rules) ?? rules;
