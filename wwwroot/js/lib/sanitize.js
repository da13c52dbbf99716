// @ts-check
// Second defence against XSS, in case the server's own filter has a hole: HTML from the server is parsed in an inert
// document, and only allowed elements are created anew. No parsed node ever enters the page.

import { anchor, safeHref } from "./linkify.js";
import { trustedTypesPolicy } from "./policy.js";

const ALLOWED = new Set(("p br em strong del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr a "
  + "table thead tbody tr th td").split(" "));
const DROPPED = new Set(("script style template iframe object embed svg math head title noscript textarea select "
  + "audio video form").split(" "));
const MAX_DEPTH = 32;

/** @param {string} html @returns {DocumentFragment} */
export function sanitize(html) {
  const parsed = new DOMParser().parseFromString(trustedTypesPolicy.createHTML(html), "text/html");
  const out = document.createDocumentFragment();
  copyChildren(parsed.body, out, 0);
  return out;
}

/** @param {Node} from @param {Node} to @param {number} depth */
function copyChildren(from, to, depth) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.appendChild(document.createTextNode(node.textContent ?? ""));
    else if (node.nodeType === Node.ELEMENT_NODE) copyElement(/** @type {Element} */ (node), to, depth);
  }
}

/** @param {Element} source @param {Node} to @param {number} depth */
function copyElement(source, to, depth) {
  const name = source.localName;
  if (DROPPED.has(name)) return;
  if (depth >= MAX_DEPTH) {
    to.appendChild(document.createTextNode(source.textContent ?? ""));
    return;
  }
  const made = ALLOWED.has(name) ? createAllowed(name, source) : null;
  if (made) to.appendChild(made);
  copyChildren(source, made ?? to, depth + 1);
}

/** @param {string} name @param {Element} source @returns {HTMLElement | null} null keeps only the children */
function createAllowed(name, source) {
  if (name === "a") {
    const href = safeHref(source.getAttribute("href") ?? "");
    return href ? anchor(href) : null;
  }
  const el = document.createElement(name);
  if (name === "ol") {
    const start = Number.parseInt(source.getAttribute("start") ?? "", 10);
    if (start > 1) el.setAttribute("start", String(start));
  }
  if (name === "code") {
    const language = /(?:^|\s)language-([\w+#.-]{1,24})/u.exec(source.className)?.[1];
    if (language) el.dataset.language = language;
  }
  return el;
}
