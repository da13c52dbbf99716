// The part of the DOM that the page's modules use to create elements. It cannot parse HTML.

class FakeNode {
  parentNode = null;
  childNodes = [];

  get firstChild() { return this.childNodes[0] ?? null; }
  get children() { return this.childNodes.filter((node) => node instanceof FakeElement); }
  get firstElementChild() { return this.children[0] ?? null; }
  get lastElementChild() { return this.children.at(-1) ?? null; }
  get nextElementSibling() {
    const siblings = this.parentNode?.children ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  get isConnected() { return true; }

  get textContent() { return this.childNodes.map((node) => node.textContent).join(""); }
  set textContent(text) {
    this.replaceChildren();
    if (text) this.append(text);
  }

  append(...nodes) {
    for (const node of nodes) this.#insert(node, this.childNodes.length);
  }
  appendChild(node) { this.append(node); }
  before(...nodes) {
    for (const node of nodes) this.parentNode.#insert(node, this.parentNode.childNodes.indexOf(this));
  }
  replaceWith(node) {
    this.before(node);
    this.remove();
  }
  replaceChildren(...nodes) {
    for (const child of this.childNodes) child.parentNode = null;
    this.childNodes = [];
    this.append(...nodes);
  }
  remove() {
    if (this.parentNode) this.parentNode.childNodes = this.parentNode.childNodes.filter((node) => node !== this);
    this.parentNode = null;
  }
  contains(node) {
    for (let at = node; at; at = at.parentNode) if (at === this) return true;
    return false;
  }

  #insert(given, at) {
    const node = given instanceof FakeNode ? given : new FakeText(String(given));
    const added = node instanceof FakeFragment ? [...node.childNodes] : [node];
    for (const one of added) {
      one.remove();
      one.parentNode = this;
    }
    this.childNodes.splice(at, 0, ...added);
  }
}

class FakeText extends FakeNode {
  constructor(data) {
    super();
    this.data = data;
  }
  get textContent() { return this.data; }
  deleteData(from, count) { this.data = this.data.slice(0, from) + this.data.slice(from + count); }
}

class FakeFragment extends FakeNode {}

class FakeElement extends FakeNode {
  attributes = new Map();
  dataset = {};
  hidden = false;
  disabled = false;
  value = "";
  title = "";
  className = "";
  style = { setProperty(name, value) { this[name] = value; }, removeProperty(name) { delete this[name]; } };
  #listeners = [];

  constructor(name) {
    super();
    this.localName = name;
  }

  get classList() {
    const names = () => this.className.split(" ").filter(Boolean);
    return {
      contains: (name) => names().includes(name),
      toggle: (name, on) => (this.className = [...names().filter((one) => one !== name), ...(on ? [name] : [])].join(" ")),
      remove: (name) => (this.className = names().filter((one) => one !== name).join(" ")),
      add: (name) => (this.className = [...names(), name].join(" ")),
    };
  }

  getAttribute(name) { return this.attributes.get(name) ?? null; }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "hidden") this.hidden = true;
  }
  removeAttribute(name) { this.attributes.delete(name); }

  addEventListener(type, listener) { this.#listeners.push({ type, listener }); }
  dispatch(event) {
    for (const { type, listener } of this.#listeners) if (type === event.type) listener({ preventDefault() {}, target: this, ...event });
  }
  click() { this.dispatch({ type: "click" }); }
  focus() { document.activeElement = this; }

  /** Supports lists of `tag`, `.class` and `parent > tag`. */
  matches(selectors) {
    return selectors.split(",").some((selector) => {
      const [own, parent] = selector.split(">").map((one) => one.trim()).reverse();
      const is = (el, one) => (one.startsWith(".") ? el?.classList?.contains(one.slice(1)) : el?.localName === one);
      return is(this, own) && (!parent || is(this.parentNode, parent));
    });
  }
  querySelectorAll(selectors) {
    return this.children.flatMap((child) => [...(child.matches(selectors) ? [child] : []), ...child.querySelectorAll(selectors)]);
  }
  querySelector(selectors) { return this.querySelectorAll(selectors)[0] ?? null; }
}

/** The tree as HTML without attributes, except the address of links: `<p>see <a https://a>here</a></p>`. */
export function outline(node) {
  if (node instanceof FakeText) return node.data;
  const inside = node.childNodes.map(outline).join("");
  if (!(node instanceof FakeElement)) return inside;
  const more = node.localName === "a" ? ` ${node.href}` : node.localName === "ol" && node.getAttribute("start") ? ` ${node.getAttribute("start")}` : "";
  return node.localName === "br" ? "<br>" : `<${node.localName}${more}>${inside}</${node.localName}>`;
}

export const elementsOf = (node) => node.children.flatMap((child) => [child, ...elementsOf(child)]);

Object.assign(globalThis, {
  Text: FakeText, Element: FakeElement, HTMLElement: FakeElement, Node: FakeNode,
  document: {
    visibilityState: "visible",
    activeElement: null,
    listeners: [],
    addEventListener(type, listener) { this.listeners.push({ type, listener }); },
    createElement: (name) => new FakeElement(name),
    createElementNS: (_, name) => new FakeElement(name),
    createDocumentFragment: () => new FakeFragment(),
    querySelector: () => null,
  },
  location: { origin: "http://chat.example", pathname: "/", hash: "", href: "http://chat.example/" },
});
