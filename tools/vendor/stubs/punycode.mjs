// The browser's own URL does this.
export default { toASCII: (host) => host, toUnicode: (host) => host };
