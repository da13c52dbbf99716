// @ts-check
// If the on-screen keyboard covers the page instead of resizing it, the page is resized to the visible part.

/** @param {HTMLElement} el */
export function mount(el) {
  const visible = globalThis.visualViewport;
  const fit = () => {
    if (!visible || visible.scale > 1.01) return;
    const covered = innerHeight - visible.height;
    if (covered > 60) el.style.setProperty("--visible", `${Math.round(visible.height)}px`);
    else el.style.removeProperty("--visible");
    if (covered > 60) scrollTo(0, 0);
  };
  visible?.addEventListener("resize", fit);
  return { update() {} };
}
