// @ts-check

/** An event with listeners. @template {any[]} Args */
export class Signal {
  /** @type {Set<(...args: Args) => void>} */
  #listeners = new Set();

  /** @param {(...args: Args) => void} listener */
  on(listener) {
    this.#listeners.add(listener);
  }

  /** @param {Args} args */
  emit(...args) {
    for (const listener of this.#listeners) listener(...args);
  }
}
