// Links are checked by the browser's own URL.
export const parse = () => ({});
export const format = () => "";
export const encode = (text) => text;
export const decode = (text) => text;
