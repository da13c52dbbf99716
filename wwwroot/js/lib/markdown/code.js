// @ts-check
// Inline code and code blocks, always left to right.

const LANGUAGE = /^[\w+#.-]{1,24}$/u;

/** @param {string} name @param {...(Node | string)} content @returns {HTMLElement} */
export function made(name, ...content) {
  const el = document.createElement(name);
  el.append(...content);
  return el;
}

/** @param {string} text */
export function code(text) {
  const el = made("code", text);
  el.dir = "ltr";
  return el;
}

/** The text after the fence is a language; if it does not look like one, it is the first line of the code. @param {import("./types.js").Token} token */
export function codeBlock({ info, content }) {
  const behind = info.trim();
  const language = LANGUAGE.test(behind) ? behind : "";
  const el = code(language || !behind ? content : `${behind}\n${content}`);
  if (language) el.dataset.language = language;
  const box = made("div", made("pre", el));
  box.className = "code";
  return box;
}
