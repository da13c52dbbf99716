// @ts-check
// Detects pasted code and puts it into a fenced code block.

const LIST = /^\s*(?:[-*+•]|\d+[.)])\s/u;
const INDENTED = /^(?: {2,}|\t)\s*\S/u;
const ENDS = /[;{}\])>]\s*$/u;
const KEYWORDS = "import|from|const|let|var|function|def|class|return|if|elif|else|for|while|try|public|private|internal|static|using|"
  + "namespace|export|async|await|SELECT|INSERT|UPDATE|fn|func|package|echo|sudo|docker|git";
const BEGINS = new RegExp(String.raw`^\s*(?://|/\*|#!|#include|[}\])]|</?[a-z]|@\w|\$ |(?:${KEYWORDS})\b(?!,).*[:;(){}=<>."'/\-])`, "u");
const SHARE = 0.5;

/** Whether the text has several lines, at least half of which look like code. @param {string} text */
export function looksLikeCode(text) {
  const lines = text.split(/\r?\n/u).filter((line) => line.trim());
  if (lines.length < 2 || text.includes("```")) return false;
  const coded = lines.filter((line) => !LIST.test(line) && (INDENTED.test(line) || ENDS.test(line) || BEGINS.test(line)));
  return coded.length >= lines.length * SHARE;
}

/** The code as a fenced block on lines of its own. @param {string} before the text before it @param {string} code @param {string} after */
export function fenced(before, code, after) {
  const open = before && !before.endsWith("\n") ? "\n" : "";
  const close = after && !after.startsWith("\n") ? "\n" : "";
  return `${open}\`\`\`\n${code.replace(/^\n+|\s+$/gu, "")}\n\`\`\`${close}`;
}

/** Whether the text ends inside a fenced block. @param {string} text */
export const fenceOpen = (text) => (text.match(/^ {0,3}```/gmu)?.length ?? 0) % 2 === 1;
