// @ts-check
// One WebSocket connection: sends and receives frames and matches each reply to its request. The link opens a new one
// after it has closed.

const SUBPROTOCOLS = ["actorchat.v1", "actorchat.err"];
const ABNORMAL_CLOSURE = 1006;
const EARLY_SOCKET_MS = 3000;
// The longest silence while the connection is being opened. A long replay over a slow network may take longer in total.
const OPENING_TIMEOUT_MS = 10_000;

/** The reason why a request failed: refused by the server, timed out, or the connection was lost. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message @param {{retry?: boolean, afterMs?: number}} [hint] */
  constructor(code, message, hint = {}) {
    super(message);
    this.code = code;
    this.retry = hint.retry ?? false;
    this.afterMs = hint.afterMs;
  }
}

export class Connection {
  /** @type {Map<number, {resolve(reply: any): void, reject(refusal: Refusal): void, timer: number}>} */
  #waiting = new Map();
  #nextId = 1;
  #isClosed = false;
  #isReady = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #openingTimer;
  lastFrameAt = Date.now();

  /** @param {string} url @param {{onOpen(): void, onFrame(frame: any): void, onClose(code: number): void}} owner */
  constructor(url, owner) {
    this.owner = owner;
    this.socket = takeEarlySocket() ?? new WebSocket(url, SUBPROTOCOLS);
    if (this.open) queueMicrotask(() => owner.onOpen());
    this.socket.onopen = () => owner.onOpen();
    this.socket.onmessage = (event) => this.#receive(event.data);
    this.socket.onclose = (event) => this.close(event.code);
    this.#recordActivity();
  }

  get open() {
    return !this.#isClosed && this.socket.readyState === WebSocket.OPEN;
  }

  /** @param {object} frame @param {number} [timeoutMs] @returns {Promise<any>} the reply; rejects with a Refusal */
  request(frame, timeoutMs = 10_000) {
    return new Promise((resolve, reject) => {
      if (!this.open) return reject(connectionLost());
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Refusal("timeout", "No answer yet.", { retry: true }));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ ...frame, id }));
    });
  }

  /**
   * Sends a heartbeat. Any reply, even an error, proves that the connection works.
   * @param {object} frame @param {number} timeoutMs @returns {Promise<any>} null if there was no reply
   */
  async ping(frame, timeoutMs) {
    try {
      return await this.request(frame, timeoutMs);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return refusal.code === "timeout" ? null : {};
    }
  }

  /** Sends a frame that has no reply. @param {object} frame */
  send(frame) {
    if (this.open) this.socket.send(JSON.stringify(frame));
  }

  /** Called when the connection is live: from now on silence is normal. */
  ready() {
    this.#isReady = true;
    clearTimeout(this.#openingTimer);
  }

  /** Closes the connection now. On a dead network the socket's own close event can take minutes, so it is not awaited. */
  close(code = ABNORMAL_CLOSURE) {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#openingTimer);
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(connectionLost());
    }
    this.#waiting.clear();
    this.owner.onClose(code);
  }

  #recordActivity() {
    this.lastFrameAt = Date.now();
    clearTimeout(this.#openingTimer);
    if (!this.#isReady) this.#openingTimer = setTimeout(() => this.close(), OPENING_TIMEOUT_MS);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#recordActivity();
    const frame = parse(data);
    if (!frame) return console.warn("The server sent something that is not a frame.");
    const waiting = this.#waiting.get(frame.re);
    if (waiting) {
      this.#waiting.delete(frame.re);
      clearTimeout(waiting.timer);
      if (frame.type === "error") waiting.reject(refusalOf(frame));
      else waiting.resolve(frame);
    }
    // A reply whose request timed out is dropped: the request was repeated.
    if (frame.re === undefined || frame.type === "welcome") this.owner.onFrame(frame);
  }
}

/** The socket that early.js opened, unless it is old: the server closes a socket without hello after five seconds. */
function takeEarlySocket() {
  const { early: opened } = /** @type {{early?: {socket: WebSocket, at: number}}} */ (globalThis);
  if (!opened) return null;
  delete (/** @type {any} */ (globalThis).early);
  if (opened.socket.readyState <= WebSocket.OPEN && performance.now() - opened.at < EARLY_SOCKET_MS) return opened.socket;
  opened.socket.close();
  return null;
}

/** @param {any} frame */
const refusalOf = (frame) => new Refusal(frame.code ?? "error", frame.message ?? "", { retry: frame.retry, afterMs: frame.after_ms });

const connectionLost = () => new Refusal("closed", "There is no connection.", { retry: true });

/** @param {unknown} data */
function parse(data) {
  try {
    const frame = JSON.parse(String(data));
    return frame && typeof frame === "object" && !Array.isArray(frame) ? frame : null;
  } catch {
    return null;
  }
}
