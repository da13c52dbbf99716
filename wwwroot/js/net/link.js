// @ts-check
// Keeps a connection to the server. Phases: idle → connecting (socket, hello, replay) → live → waiting → connecting …;
// in `stopped` only the user can reconnect. The link decides when to connect; its owner builds `hello`.

import { backoff, closeAction } from "./closecodes.js";
import { Heartbeat } from "./heartbeat.js";
import { Refusal, Connection } from "./connection.js";

const STALE_ATTEMPT_MS = 2_000;
const OVERDUE_MS = 3_000;

/**
 * @typedef {object} LinkOwner
 * @property {() => object} hello builds the first frame of each connection
 * @property {() => object} heartbeat
 * @property {(frame: any) => void} onFrame
 * @property {(reply: any) => void} onHeartbeat
 * @property {() => void} onPhase
 * @property {(refusal: Refusal) => void} onRefused the server refused hello; the link has stopped
 */

export class Link {
  /** @type {"idle" | "connecting" | "live" | "waiting" | "stopped"} */
  phase = "idle";
  /** When the connection was lost; null while the link is live. @type {number | null} */
  downSince = null;
  /** Why the link stopped, for the user. */
  reason = "";
  resume = true;
  /** From `goaway`: the server is shutting down, reconnect after this many ms; null otherwise. @type {number | null} */
  goawayMs = null;
  /** @type {Connection | null} */
  #connection = null;
  #attempt = 0;
  #attemptedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} url @param {LinkOwner} owner */
  constructor(url, owner) {
    this.url = url;
    this.owner = owner;
    this.heartbeat = new Heartbeat({
      ping: (timeoutMs) => this.#ping(timeoutMs),
      lastFrameAt: () => this.#connection?.lastFrameAt ?? 0, isLive: () => this.phase === "live",
      reconnect: (changed) => this.#reconnectNow(changed), replace: () => this.connect(),
    });
  }

  connect() {
    this.#disconnect();
    this.#attemptedAt = Date.now();
    this.#enter("connecting");
    const connection = new Connection(this.url, {
      onOpen: () => this.#sendHello(connection),
      onFrame: (frame) => this.#connection === connection && this.#receive(frame),
      onClose: (code) => this.#connection === connection && this.#closed(code),
    });
    this.#connection = connection;
  }

  stop(reason = "") {
    this.#disconnect();
    this.reason = reason;
    this.#enter("stopped");
  }

  /** @param {object} frame @param {number} [timeoutMs] @returns {Promise<any>} */
  request(frame, timeoutMs) {
    if (!this.#connection) return Promise.reject(new Refusal("closed", "There is no connection.", { retry: true }));
    const overdue = setTimeout(() => this.heartbeat.checkOverdue(), OVERDUE_MS);
    return this.#connection.request(frame, timeoutMs).finally(() => clearTimeout(overdue));
  }

  /** @param {object} frame */
  send(frame) {
    if (this.phase === "live") this.#connection?.send(frame);
  }

  /** @param {Connection} connection */
  async #sendHello(connection) {
    try {
      await connection.request(this.owner.hello());
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (this.#connection !== connection || refusal.code === "closed") return;
      if (refusal.retry) return this.#reconnectLater(refusal.afterMs ?? 0);
      this.stop(refusal.message);
      this.owner.onRefused(refusal);
    }
  }

  /** @param {any} frame */
  #receive(frame) {
    if (frame.type === "goaway") this.goawayMs = Number(frame.after_ms) || 0;
    this.owner.onFrame(frame);
    if (frame.type !== "live") return;
    this.#connection?.ready();
    this.#attempt = 0;
    this.goawayMs = null;
    this.downSince = null;
    this.resume = true;
    this.#enter("live");
  }

  /** @param {number} code */
  #closed(code) {
    const action = closeAction(code);
    this.resume = this.resume && action.resume;
    if (action.reconnect) return this.#reconnectLater(Math.max(action.waitMs, this.goawayMs ?? 0));
    this.stop(action.reason);
    this.owner.onRefused(new Refusal(String(code), action.reason));
  }

  /** @param {number} atLeastMs */
  #reconnectLater(atLeastMs) {
    this.#disconnect();
    this.#timer = setTimeout(() => this.connect(), atLeastMs + backoff(this.#attempt++));
    this.#enter("waiting");
  }

  /** Reconnects now, but leaves a recent attempt alone. @param {boolean} changed whether the network changed */
  #reconnectNow(changed) {
    const stale = changed && this.phase === "connecting" && Date.now() - this.#attemptedAt > STALE_ATTEMPT_MS;
    if (this.phase === "waiting" || stale) this.connect();
  }

  #disconnect() {
    clearTimeout(this.#timer);
    const old = this.#connection;
    this.#connection = null;
    old?.close();
  }

  /** @param {number} timeoutMs */
  async #ping(timeoutMs) {
    const connection = this.#connection;
    const reply = await connection?.ping(this.owner.heartbeat(), timeoutMs);
    if (reply) this.owner.onHeartbeat(reply);
    return reply !== null || this.#connection !== connection;
  }

  /** @param {Link["phase"]} phase */
  #enter(phase) {
    this.phase = phase;
    if (phase === "live") this.heartbeat.start();
    else this.downSince ??= Date.now();
    this.owner.onPhase();
  }
}
