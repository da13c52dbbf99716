// @ts-check
// Tells a quiet line from a dead one: a heartbeat every 25 s, and at once after the machine slept, the network
// changed, the page came back or an answer is overdue, because a socket that died meanwhile does not say so.

const BEAT_TIMEOUT_MS = 8_000;
const PROBE_TIMEOUT_MS = 1_000;
const DOUBT_TIMEOUT_MS = 3_000;
const TICK_MS = 2_000;
const SLEPT_MS = 10_000;
const FRESH_MS = 3_000;

/**
 * @typedef {object} Heart
 * @property {(timeoutMs: number) => Promise<boolean>} beat false where nothing answered
 * @property {() => number} heardAt when the last frame came, 0 without a line
 * @property {() => boolean} live
 * @property {(changed: boolean) => void} wake try at once instead of waiting out the backoff
 * @property {() => void} renew the line is dead: make another one
 */

export class Pulse {
  everyMs = 25_000;
  #nextBeat = Infinity;
  #lastTick = Date.now();
  /** Of the most impatient beat under way. */
  #patience = Infinity;

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
    if (!this.heart.live()) this.heart.wake(changed);
    else if (changed || this.#quiet) this.#beat(PROBE_TIMEOUT_MS, true);
  }

  /** Something asked is not answered in good time. */
  doubt() {
    if (this.heart.live() && this.#quiet) this.#beat(DOUBT_TIMEOUT_MS);
  }

  get #quiet() {
    return Date.now() - this.heart.heardAt() > FRESH_MS;
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    this.#lastTick = now;
    if (slept) this.probe(true);
    else if (this.heart.live() && now >= this.#nextBeat) this.#beat(BEAT_TIMEOUT_MS);
  }

  /** @param {number} timeoutMs @param {boolean} [strict] only the answer counts: other frames may have lain here since before the sleep */
  async #beat(timeoutMs, strict = false) {
    if (this.#patience <= timeoutMs) return;
    const asked = Date.now();
    this.#patience = timeoutMs;
    this.#nextBeat = asked + this.everyMs;
    const answered = await this.heart.beat(timeoutMs);
    this.#patience = Infinity;
    if (!answered && (strict || this.heart.heardAt() <= asked)) this.heart.renew();
  }
}
