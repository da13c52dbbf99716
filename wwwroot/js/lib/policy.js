// @ts-check
// The page's only Trusted Types policy. Only sanitize.js parses HTML, in an inert document; the only script URL is the
// service worker.

/** @type {{ createHTML(html: string): any, createScriptURL(url: string): any }} */
const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== "sw.js") throw new TypeError("Only the service worker may be loaded by URL.");
    return url;
  },
};

export const trustedTypesPolicy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("actorchat", rules) ?? rules;
