// A message as the page renders it, for tests: the vendored parser, our dialect, and the nodes as a short outline.

import "../../fakes/dom.js";
import MarkdownIt from "../../../../wwwroot/vendor/markdown-it.js";
const load = await import("../../../../wwwroot/js/lib/markdown/load.js");
const { blocksOf, isPlain, render } = await import("../../../../wwwroot/js/lib/markdown/nodes.js");
load.use(MarkdownIt);

/** @param {string} text @param {boolean} [open] */
export function elementsOf(text, open = false) {
  const { tokens, lines } = load.parse(text, open);
  return blocksOf(tokens).map((block, at, all) => render(block, lines, open && at === all.length - 1));
}

/** Whether a text needs no Markdown to be shown. @param {string} text */
export function isWords(text) {
  const { tokens, escaped } = load.parse(text);
  return !escaped && blocksOf(tokens).every(isPlain);
}

/** `<p>one <strong>word</strong></p>`; links with their address, items with their number if it is not the next one. @param {string} text @param {boolean} [open] */
export const shown = (text, open = false) => elementsOf(text, open).map(outline).join("");

function outline(node) {
  if (node.data !== undefined) return node.data;
  const inside = node.childNodes.map(outline).join("");
  const { localName: name } = node;
  const more = [name === "a" && node.href, name === "ol" && node.getAttribute("start") !== "1" && node.getAttribute("start"),
    name === "li" && node.getAttribute("value"), node.className && `.${node.className}`, node.dataset?.language && `=${node.dataset.language}`];
  return `<${[name, ...more.filter(Boolean)].join(" ")}>${inside}</${name}>`;
}

/** Everything that a reader can see: words, numbers of items, languages of code, and where a link leads. @param {any} node @returns {string} */
export function visible(node) {
  if (node.data !== undefined) return node.data;
  const inside = node.childNodes.map(visible).join("");
  if (node.localName === "li") return ` ${numberOf(node)} ${inside}`;
  if (node.localName === "a") return `${inside} ${node.href}`;
  return `${inside}${node.dataset?.language ? ` ${node.dataset.language}` : ""}`;
}

function numberOf(item) {
  if (item.parentNode.localName !== "ol") return "•";
  if (item.style["list-style-type"]) return item.style["list-style-type"];
  let number = Number(item.parentNode.getAttribute("start"));
  for (const one of item.parentNode.children) {
    number = Number(one.getAttribute("value") ?? number);
    if (one === item) return number;
    number++;
  }
}
