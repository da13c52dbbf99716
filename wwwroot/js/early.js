// @ts-check
// A classic script before everything that paints. A pinned theme never flashes the other one; where this browser has
// been here before, the line is opened while the modules are on their way; a name entered before they are here is
// not lost.
(() => {
  /** @param {string} name */
  const memory = (name) => {
    try {
      return localStorage.getItem(`actorchat.${name}`);
    } catch {
      return null; // Storage is switched off: the system's theme it is, and a name each time.
    }
  };
  const pinned = memory("theme");
  if (pinned === "dark" || pinned === "light") document.documentElement.dataset.theme = pinned;
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    document.documentElement.dataset.eager = "true";
  });
  if (!memory("token")) return;
  document.documentElement.dataset.known = "true";
  // Taken over by net/wire.js. The handshake needs nothing of the modules.
  const socket = new WebSocket(new URL("ws", document.baseURI.replace(/^http/u, "ws")), ["actorchat.v1", "actorchat.err"]);
  Object.assign(globalThis, { early: { socket, at: performance.now() } });
})();
