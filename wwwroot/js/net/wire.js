// @ts-check
// One WebSocket: whole frames in and out, each request matched to its reply. It lives once; the link makes the next.

const SUBPROTOCOLS = ["actorchat.v1", "actorchat.err"];
const NEVER_OPENED = 1006;
const EARLY_MS = 3000;
// Without a word while the line is being made. A long replay over a slow line takes longer, and may.
const OPENING_MS = 10_000;

/** The server's (or the line's) no to a request. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message @param {{retry?: boolean, afterMs?: number}} [hint] */
  constructor(code, message, hint = {}) {
    super(message);
    this.code = code;
    this.retry = hint.retry ?? false;
    this.afterMs = hint.afterMs;
  }
}

export class Wire {
  /** @type {Map<number, {resolve(reply: any): void, reject(no: Refusal): void, timer: number}>} */
  #waiting = new Map();
  #nextId = 1;
  #over = false;
  #settled = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  heardAt = Date.now();

  /** @param {string} url @param {{onOpen(): void, onFrame(frame: any): void, onClose(code: number): void}} owner */
  constructor(url, owner) {
    this.owner = owner;
    this.socket = early() ?? new WebSocket(url, SUBPROTOCOLS);
    if (this.open) queueMicrotask(() => owner.onOpen());
    this.socket.onopen = () => owner.onOpen();
    this.socket.onmessage = (event) => this.#receive(event.data);
    this.socket.onclose = (event) => this.abandon(event.code);
    this.#hear();
  }

  get open() {
    return !this.#over && this.socket.readyState === WebSocket.OPEN;
  }

  /** @param {object} frame @param {number} [timeoutMs] @returns {Promise<any>} the reply; rejects with a Refusal */
  request(frame, timeoutMs = 10_000) {
    return new Promise((resolve, reject) => {
      if (!this.open) return reject(lineLost());
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Refusal("timeout", "No answer yet.", { retry: true }));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ ...frame, id }));
    });
  }

  /** Any answer, a refusal too, shows a living line; null is silence. @param {object} frame @param {number} timeoutMs @returns {Promise<any>} */
  async beat(frame, timeoutMs) {
    try {
      return await this.request(frame, timeoutMs);
    } catch (no) {
      if (!(no instanceof Refusal)) throw no;
      return no.code === "timeout" ? null : {};
    }
  }

  /** Says something that wants no reply. @param {object} frame */
  tell(frame) {
    if (this.open) this.socket.send(JSON.stringify(frame));
  }

  /** The opening is over: silence means nothing from now on. */
  settle() {
    this.#settled = true;
    clearTimeout(this.#silence);
  }

  /** Ends it now. A dead line can keep `close` waiting for minutes, so the socket's own event is not awaited. */
  abandon(code = NEVER_OPENED) {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#silence);
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(lineLost());
    }
    this.#waiting.clear();
    this.owner.onClose(code);
  }

  #hear() {
    this.heardAt = Date.now();
    clearTimeout(this.#silence);
    if (!this.#settled) this.#silence = setTimeout(() => this.abandon(), OPENING_MS);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#hear();
    const frame = parse(data);
    if (!frame) return console.warn("The server said something that is not a frame.");
    const waiting = this.#waiting.get(frame.re);
    if (waiting) {
      this.#waiting.delete(frame.re);
      clearTimeout(waiting.timer);
      if (frame.type === "error") waiting.reject(refusalOf(frame));
      else waiting.resolve(frame);
    }
    // A late reply (its request timed out) is dropped: whoever asked has asked again.
    if (frame.re === undefined || frame.type === "welcome") this.owner.onFrame(frame);
  }
}

/** The socket that early.js opened. Not an old one: the server waits five seconds for hello, then closes for good. */
function early() {
  const { early: begun } = /** @type {{early?: {socket: WebSocket, at: number}}} */ (globalThis);
  if (!begun) return null;
  delete (/** @type {any} */ (globalThis).early);
  if (begun.socket.readyState <= WebSocket.OPEN && performance.now() - begun.at < EARLY_MS) return begun.socket;
  begun.socket.close();
  return null;
}

/** @param {any} frame */
const refusalOf = (frame) => new Refusal(frame.code ?? "error", frame.message ?? "", { retry: frame.retry, afterMs: frame.after_ms });

const lineLost = () => new Refusal("closed", "The line is down.", { retry: true });

/** @param {unknown} data */
function parse(data) {
  try {
    const frame = JSON.parse(String(data));
    return frame && typeof frame === "object" && !Array.isArray(frame) ? frame : null;
  } catch {
    return null;
  }
}
