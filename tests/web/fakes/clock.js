// Replaces Date.now and the timers. The built-in mock timers do not advance Date between timers, but these modules read it.

const real = {
  now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval,
};

/** Waits until all pending promise callbacks have run. */
export const settled = () => new Promise((done) => setImmediate(done));

export class Clock {
  #timers = new Map();
  #nextId = 1;

  /** @param {number} [now] */
  constructor(now = Date.UTC(2031, 4, 5, 12)) {
    this.now = now;
    const add = (work, ms, every) => {
      const id = this.#nextId++;
      this.#timers.set(id, { at: this.now + (Number(ms) || 0), work, every });
      return id;
    };
    const clear = (id) => this.#timers.delete(id);
    Date.now = () => this.now;
    Object.assign(globalThis, {
      setTimeout: (work, ms) => add(work, ms, 0), clearTimeout: clear,
      setInterval: (work, ms) => add(work, ms, ms), clearInterval: clear,
    });
  }

  /** Advances time; timers fire in order, each at its own time. @param {number} ms */
  async run(ms) {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const [id, next] = [...this.#timers].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0] ?? [];
      if (!next || next.at > end) break;
      this.now = Math.max(this.now, next.at);
      if (next.every) next.at = this.now + next.every;
      else this.#timers.delete(id);
      next.work();
    }
    this.now = end;
    await settled();
  }

  /** Simulates a sleeping machine: time advances, but no timer fires. @param {number} ms */
  sleep(ms) {
    this.now += ms;
  }

  restore() {
    Date.now = real.now;
    Object.assign(globalThis, { ...real, now: undefined });
  }
}
