// @ts-check
// Where the soft keyboard covers the page instead of shrinking it, the page shrinks itself to what is visible.

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
