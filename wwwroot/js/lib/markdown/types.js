// @ts-check
// The shapes of markdown-it that we rely on; its own types do not come with the vendored module.

/**
 * @typedef {object} Token
 * @property {string} type
 * @property {string} tag
 * @property {1 | 0 | -1} nesting
 * @property {string} content
 * @property {string} markup
 * @property {string} info
 * @property {boolean} hidden
 * @property {[number, number] | null} map lines, the end excluded
 * @property {[string, string][] | null} attrs
 * @property {Token[] | null} children
 * @property {any} meta
 */

export {};
