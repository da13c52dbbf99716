// @ts-check
// Detects dead connections. A socket that died silently fires no event, so the page sends a heartbeat every 25 s, and
// at once when the machine woke up, the network changed, the page became visible or a reply is overdue.

const PING_TIMEOUT_MS = 8_000;
const PROBE_TIMEOUT_MS = 1_000;
const OVERDUE_TIMEOUT_MS = 3_000;
const TICK_MS = 2_000;
const SLEPT_MS = 10_000;
const FRESH_MS = 3_000;

/**
 * @typedef {object} HeartbeatOwner
 * @property {(timeoutMs: number) => Promise<boolean>} ping sends a heartbeat; false if there was no reply in time
 * @property {() => number} lastFrameAt when the last frame arrived; 0 without a connection
 * @property {() => boolean} isLive
 * @property {(changed: boolean) => void} reconnect reconnect now instead of waiting for the backoff
 * @property {() => void} replace the connection is dead: open a new one
 */

export class Heartbeat {
  intervalMs = 25_000;
  #nextPingAt = Infinity;
  #lastTick = Date.now();
  #wokeAt = -Infinity;
  /** The shortest timeout of the heartbeats in flight. */
  #shortestTimeout = Infinity;

  /** @param {HeartbeatOwner} owner */
  constructor(owner) {
    this.owner = owner;
    setInterval(() => this.#tick(), TICK_MS);
    addEventListener("online", () => this.probe(true));
    addEventListener("offline", () => this.probe(true));
    addEventListener("pageshow", () => this.probe());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.probe());
  }

  /** The first heartbeat comes at a random time: pages that reconnected together must not all send it together. */
  start() {
    this.#nextPingAt = Date.now() + Math.random() * this.intervalMs;
  }

  /** @param {boolean} [changed] whether the network changed, so that frames received earlier prove nothing */
  probe(changed = false) {
    if (!this.owner.isLive()) this.owner.reconnect(changed);
    else if (changed || this.#quiet) this.#ping(PROBE_TIMEOUT_MS, true);
  }

  /** Called when the reply to a request is overdue. */
  checkOverdue() {
    if (this.owner.isLive() && this.#quiet) this.#ping(OVERDUE_TIMEOUT_MS);
  }

  /** Whether the machine slept until a moment ago, so that frames now arriving may be old ones. */
  get slept() {
    return Date.now() - this.#lastTick > SLEPT_MS || Date.now() - this.#wokeAt < PROBE_TIMEOUT_MS;
  }

  get #quiet() {
    return Date.now() - this.owner.lastFrameAt() > FRESH_MS;
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    this.#lastTick = now;
    if (slept) {
      this.#wokeAt = now;
      this.probe(true);
    } else if (this.owner.isLive() && now >= this.#nextPingAt) this.#ping(PING_TIMEOUT_MS);
  }

  /**
   * @param {number} timeoutMs
   * @param {boolean} [strict] only the reply counts: other frames may have been buffered since before the machine slept
   */
  async #ping(timeoutMs, strict = false) {
    if (this.#shortestTimeout <= timeoutMs) return;
    const asked = Date.now();
    this.#shortestTimeout = timeoutMs;
    this.#nextPingAt = asked + this.intervalMs;
    const answered = await this.owner.ping(timeoutMs);
    this.#shortestTimeout = Infinity;
    if (!answered && (strict || this.owner.lastFrameAt() <= asked)) this.owner.replace();
  }
}
