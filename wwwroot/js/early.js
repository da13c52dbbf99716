// @ts-check
// A classic script that runs before the first paint. It sets the chosen theme, so that the other one never flashes; if
// this browser has a token, it opens the socket while the modules load; and it remembers that a name was submitted
// before they were loaded.
(() => {
  /** @param {string} name */
  const readLocal = (name) => {
    try {
      return localStorage.getItem(`actorchat.${name}`);
    } catch {
      return null; // Storage is disabled: use the system theme and ask for a name each time.
    }
  };
  const pinned = readLocal("theme");
  if (pinned === "dark" || pinned === "light") document.documentElement.dataset.theme = pinned;
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    document.documentElement.dataset.eager = "true";
  });
  if (!readLocal("token")) return;
  document.documentElement.dataset.known = "true";
  // net/connection.js takes it over.
  const socket = new WebSocket(new URL("ws", document.baseURI.replace(/^http/u, "ws")), ["actorchat.v1", "actorchat.err"]);
  Object.assign(globalThis, { early: { socket, at: performance.now() } });
})();
