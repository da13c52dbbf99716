// @ts-check
// UUIDv7, monotonic within this page: sorting keys as text sorts them by creation time.

let lastTime = 0;
let counter = 0;

/** @returns {string} */
export function uuid7() {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0] & 0x3f) | 0x80;
  const time = lastTime.toString(16).padStart(12, "0");
  const order = counter.toString(16).padStart(3, "0");
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
