// @ts-check
// A classic script before everything that paints. A pinned theme never flashes the other one; the room's modules are
// asked for at once where this browser has been here before; a name entered before the modules are here is not lost.
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
  for (const later of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll('link[rel="later"]'))) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = later.href;
    document.head.append(link);
  }
})();
