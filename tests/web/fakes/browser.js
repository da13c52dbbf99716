// The browser globals of a page: storage, events, history, sockets.

import "./dom.js";
import { Clock, settled } from "./clock.js";

/** @type {{type: string, listener(event: any): void}[]} */
let listeners = [];

/** Fires an event on window and document. */
export function tell(type, event = {}) {
  for (const one of [...listeners, ...document.listeners]) if (one.type === type) one.listener({ type, ...event });
}

/** @param {boolean} hidden */
export function hide(hidden) {
  document.visibilityState = hidden ? "hidden" : "visible";
  tell("visibilitychange");
}

export class FakeSocket {
  static OPEN = 1;
  /** All sockets that the page has created, the newest last. @type {FakeSocket[]} */
  static made = [];
  /** Called for each new socket. @type {(socket: FakeSocket) => void} */
  static onMade = () => {};
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  /** Receives the frames of the page; null if nothing answers. @type {((frame: any) => void) | null} */
  server = null;

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    FakeSocket.made.push(this);
    FakeSocket.onMade(this);
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    this.server?.(frame);
  }
  receive(...frames) {
    for (const frame of frames) this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  close() { this.readyState = 3; }
  sentOf(type) { return this.sent.filter((frame) => frame.type === type); }
}

/** A new page with empty storage and no sockets. @returns {Clock} */
export function newPage() {
  listeners = [];
  document.listeners = [];
  document.visibilityState = "visible";
  FakeSocket.made = [];
  FakeSocket.onMade = () => {};
  const memory = new Map();
  const channels = new Set();
  Object.assign(globalThis, {
    addEventListener: (type, listener) => listeners.push({ type, listener }),
    localStorage: { getItem: (key) => memory.get(key) ?? null, setItem: (key, value) => memory.set(key, value), removeItem: (key) => memory.delete(key) },
    WebSocket: FakeSocket,
    BroadcastChannel: class {
      constructor() { channels.add(this); }
      postMessage(data) {
        for (const other of channels) if (other !== this) other.onmessage?.({ data });
      }
    },
    history: { replaceState: (state, _, to) => to && (location.hash = to), pushState: (state, _, to) => (location.hash = to) },
  });
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true, platform: "" }, configurable: true, writable: true });
  location.hash = "";
  return new Clock();
}

export { settled };
