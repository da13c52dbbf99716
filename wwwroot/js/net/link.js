// @ts-check
// The line to the server, kept alive. Phases: idle → connecting (socket, hello, replay) → live → waiting → connecting …
// and stopped, where only a person goes on. It knows when to try; what is said in hello is the owner's.

import { backoff, verdictOn } from "./codes.js";
import { Pulse } from "./pulse.js";
import { Refusal, Wire } from "./wire.js";

const STALE_TRY_MS = 2_000;
const OVERDUE_MS = 3_000;

/**
 * @typedef {object} LinkOwner
 * @property {() => object} hello the first frame, asked anew for each connection
 * @property {() => object} heartbeat
 * @property {(frame: any) => void} onFrame
 * @property {(reply: any) => void} onHeartbeat
 * @property {() => void} onPhase
 * @property {(refusal: Refusal) => void} onRefused hello was answered no; the link has stopped
 */

export class Link {
  /** @type {"idle" | "connecting" | "live" | "waiting" | "stopped"} */
  phase = "idle";
  /** Since when there is no live line; null while there is one. @type {number | null} */
  downSince = null;
  /** Why it stopped, for a person. */
  why = "";
  resume = true;
  /** The server said that it goes down, and when to come back; null until it does. @type {number | null} */
  goawayMs = null;
  /** @type {Wire | null} */
  #wire = null;
  #attempt = 0;
  #triedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} url @param {LinkOwner} owner */
  constructor(url, owner) {
    this.url = url;
    this.owner = owner;
    this.pulse = new Pulse({
      beat: (timeoutMs) => this.#beat(timeoutMs),
      heardAt: () => this.#wire?.heardAt ?? 0, live: () => this.phase === "live",
      wake: (changed) => this.#wake(changed), renew: () => this.connect(),
    });
  }

  connect() {
    this.#hangUp();
    this.#triedAt = Date.now();
    this.#enter("connecting");
    const wire = new Wire(this.url, {
      onOpen: () => this.#greet(wire),
      onFrame: (frame) => this.#wire === wire && this.#receive(frame),
      onClose: (code) => this.#wire === wire && this.#closed(code),
    });
    this.#wire = wire;
  }

  stop(why = "") {
    this.#hangUp();
    this.why = why;
    this.#enter("stopped");
  }

  /** @param {object} frame @param {number} [timeoutMs] @returns {Promise<any>} */
  request(frame, timeoutMs) {
    if (!this.#wire) return Promise.reject(new Refusal("closed", "The line is down.", { retry: true }));
    const overdue = setTimeout(() => this.pulse.doubt(), OVERDUE_MS);
    return this.#wire.request(frame, timeoutMs).finally(() => clearTimeout(overdue));
  }

  /** @param {object} frame */
  tell(frame) {
    if (this.phase === "live") this.#wire?.tell(frame);
  }

  /** @param {Wire} wire */
  async #greet(wire) {
    try {
      await wire.request(this.owner.hello());
    } catch (no) {
      if (!(no instanceof Refusal)) throw no;
      if (this.#wire !== wire || no.code === "closed") return;
      if (no.retry) return this.#retreat(no.afterMs ?? 0);
      this.stop(no.message);
      this.owner.onRefused(no);
    }
  }

  /** @param {any} frame */
  #receive(frame) {
    if (frame.type === "goaway") this.goawayMs = Number(frame.after_ms) || 0;
    this.owner.onFrame(frame);
    if (frame.type !== "live") return;
    this.#wire?.settle();
    this.#attempt = 0;
    this.goawayMs = null;
    this.downSince = null;
    this.resume = true;
    this.#enter("live");
  }

  /** @param {number} code */
  #closed(code) {
    const verdict = verdictOn(code);
    this.resume = this.resume && verdict.resume;
    if (verdict.again) return this.#retreat(Math.max(verdict.waitMs, this.goawayMs ?? 0));
    this.stop(verdict.why);
    this.owner.onRefused(new Refusal(String(code), verdict.why));
  }

  /** @param {number} atLeastMs */
  #retreat(atLeastMs) {
    this.#hangUp();
    this.#timer = setTimeout(() => this.connect(), atLeastMs + backoff(this.#attempt++));
    this.#enter("waiting");
  }

  /** Not where a try has just begun, unless it began on another network. @param {boolean} changed */
  #wake(changed) {
    const stale = changed && this.phase === "connecting" && Date.now() - this.#triedAt > STALE_TRY_MS;
    if (this.phase === "waiting" || stale) this.connect();
  }

  #hangUp() {
    clearTimeout(this.#timer);
    const old = this.#wire;
    this.#wire = null;
    old?.abandon();
  }

  /** @param {number} timeoutMs */
  async #beat(timeoutMs) {
    const wire = this.#wire;
    const reply = await wire?.beat(this.owner.heartbeat(), timeoutMs);
    if (reply) this.owner.onHeartbeat(reply);
    return reply !== null || this.#wire !== wire;
  }

  /** @param {Link["phase"]} phase */
  #enter(phase) {
    this.phase = phase;
    if (phase === "live") this.pulse.begin();
    else this.downSince ??= Date.now();
    this.owner.onPhase();
  }
}
