// @ts-check
// Combines many changes into one update per frame. Hidden tabs get no frames, so a timer replaces them there.

const HIDDEN_MS = 250;

/** @param {() => void} work @returns {() => void} schedules a run of `work` */
export function oncePerFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    let ran = false;
    const run = () => {
      if (ran) return;
      ran = true;
      asked = false;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      work();
    };
    const frame = requestAnimationFrame(run);
    const timer = setTimeout(run, HIDDEN_MS);
  };
}

/** @param {number} ms @returns {Promise<void>} */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
