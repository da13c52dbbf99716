// @ts-check
// Tells a quiet line from a dead one: a heartbeat every 25 s, and at once after the machine slept, the network
// changed or the page came back, because a socket that died meanwhile does not say so.

const BEAT_TIMEOUT_MS = 8_000;
const PROBE_TIMEOUT_MS = 1_000;
const TICK_MS = 2_000;
const SLEPT_MS = 10_000;
const FRESH_MS = 3_000;

/**
 * @typedef {object} Heart
 * @property {(timeoutMs: number) => Promise<void>} beat
 * @property {() => number} heardAt when the last frame came, 0 without a line
 * @property {() => boolean} live
 * @property {() => void} wake try at once instead of waiting out the backoff
 */

export class Pulse {
  everyMs = 25_000;
  #nextBeat = Infinity;
  #lastTick = Date.now();
  #beating = false;

  /** @param {Heart} heart */
  constructor(heart) {
    this.heart = heart;
    setInterval(() => this.#tick(), TICK_MS);
    addEventListener("online", () => this.probe(true));
    addEventListener("offline", () => this.probe(true));
    addEventListener("pageshow", () => this.probe());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.probe());
  }

  /** The first beat at a random point: a thousand pages that came back together must not beat together. */
  begin() {
    this.#nextBeat = Date.now() + Math.random() * this.everyMs;
  }

  /** @param {boolean} [changed] the network is another one: what was heard before says nothing */
  probe(changed = false) {
    if (!this.heart.live()) this.heart.wake();
    else if (changed || Date.now() - this.heart.heardAt() > FRESH_MS) this.#beat(PROBE_TIMEOUT_MS);
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    this.#lastTick = now;
    if (slept) this.probe();
    else if (this.heart.live() && now >= this.#nextBeat) this.#beat(BEAT_TIMEOUT_MS);
  }

  /** @param {number} timeoutMs */
  async #beat(timeoutMs) {
    if (this.#beating) return;
    this.#beating = true;
    this.#nextBeat = Date.now() + this.everyMs;
    await this.heart.beat(timeoutMs);
    this.#beating = false;
  }
}
