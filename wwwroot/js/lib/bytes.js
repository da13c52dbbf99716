// @ts-check

const encoder = new TextEncoder();

/** UTF-8 length, which is what the server's limits count. @param {string} text */
export const byteLength = (text) => encoder.encode(text).length;
