// @ts-check
// The line to the server, kept alive. Phases: idle → connecting (socket, hello, replay) → live → waiting → connecting …
// and stopped, where only a person goes on. It knows when to try; what is said in hello is the owner's.

import { backoff, verdictOn } from "./codes.js";
import { Pulse } from "./pulse.js";
import { Refusal, Wire } from "./wire.js";

const CONNECT_MS = 10_000;

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
  /** @type {Wire | null} */
  #wire = null;
  #attempt = 0;
  #goawayMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} url @param {LinkOwner} owner */
  constructor(url, owner) {
    this.url = url;
    this.owner = owner;
    this.pulse = new Pulse({
      beat: (timeoutMs) => this.#beat(timeoutMs),
      heardAt: () => this.#wire?.heardAt ?? 0,
      live: () => this.phase === "live",
      wake: () => this.phase === "waiting" && this.connect(),
    });
  }

  connect() {
    clearTimeout(this.#timer);
    const old = this.#wire;
    this.#wire = null;
    old?.abandon();
    this.downSince ??= Date.now();
    this.#enter("connecting");
    const wire = new Wire(this.url, {
      onOpen: () => this.#greet(wire),
      onFrame: (frame) => this.#wire === wire && this.#receive(frame),
      onClose: (code) => this.#wire === wire && this.#closed(code),
    });
    this.#wire = wire;
    this.#timer = setTimeout(() => wire.abandon(), CONNECT_MS);
  }

  stop(why = "") {
    clearTimeout(this.#timer);
    const old = this.#wire;
    this.#wire = null;
    old?.abandon();
    this.why = why;
    this.downSince ??= Date.now();
    this.#enter("stopped");
  }

  /** @param {object} frame @param {number} [timeoutMs] @returns {Promise<any>} */
  request(frame, timeoutMs) {
    return this.#wire?.request(frame, timeoutMs) ?? Promise.reject(new Refusal("closed", "The line is down.", { retry: true }));
  }

  /** @param {object} frame */
  tell(frame) {
    if (this.phase === "live") this.#wire?.tell(frame);
  }

  /** @param {Wire} wire */
  async #greet(wire) {
    try {
      await wire.request(this.owner.hello(), CONNECT_MS);
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
    if (frame.type === "goaway") this.#goawayMs = frame.after_ms ?? 0;
    this.owner.onFrame(frame);
    if (frame.type !== "live") return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#goawayMs = 0;
    this.downSince = null;
    this.resume = true;
    this.#enter("live");
  }

  /** @param {number} code */
  #closed(code) {
    const verdict = verdictOn(code);
    this.resume = this.resume && verdict.resume;
    if (verdict.again) return this.#retreat(Math.max(verdict.waitMs, this.#goawayMs));
    this.stop(verdict.why);
    this.owner.onRefused(new Refusal(String(code), verdict.why));
  }

  /** @param {number} atLeastMs */
  #retreat(atLeastMs) {
    clearTimeout(this.#timer);
    const old = this.#wire;
    this.#wire = null;
    old?.abandon();
    this.downSince ??= Date.now();
    this.#timer = setTimeout(() => this.connect(), atLeastMs + backoff(this.#attempt++));
    this.#enter("waiting");
  }

  /** @param {number} timeoutMs */
  async #beat(timeoutMs) {
    const wire = this.#wire;
    try {
      this.owner.onHeartbeat(await this.request(this.owner.heartbeat(), timeoutMs));
    } catch (no) {
      // Any answer, a refusal too, shows a living line; only silence does not.
      if (no instanceof Refusal && no.code === "timeout" && this.#wire === wire) this.connect();
    }
  }

  /** @param {Link["phase"]} phase */
  #enter(phase) {
    this.phase = phase;
    if (phase === "live") this.pulse.begin();
    this.owner.onPhase();
  }
}
