// @ts-check
// Where the reader is. At the bottom we stay at the bottom; anywhere else the line being read stays at its pixel,
// whatever is added or removed around it. The browser's own anchoring is off: it differs between browsers.

const STICKY_PX = 100;
const NEAR_PX = 900;
const HANDS_ON_MS = 350;
const CONTEXT = 0.3;

export class Scroll {
  #handsOnUntil = 0;
  #width = 0;
  /** @type {{el: Element, top: number} | null} the line being read, as of the last scrolling */
  #read = null;

  /** @param {HTMLElement} scroller @param {HTMLElement} list @param {{following(): boolean, moved(): void}} reader */
  constructor(scroller, list, reader) {
    this.scroller = scroller;
    this.list = list;
    this.reader = reader;
    scroller.addEventListener("scroll", () => {
      this.#note();
      reader.moved();
    }, { passive: true });
    const handsOn = () => (this.#handsOnUntil = Date.now() + HANDS_ON_MS);
    scroller.addEventListener("wheel", (event) => event.deltaY < 0 && handsOn(), { passive: true });
    scroller.addEventListener("touchmove", handsOn, { passive: true });
    scroller.addEventListener("keydown", (event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && handsOn());
    const resized = new ResizeObserver(() => this.#resized());
    resized.observe(scroller);
    resized.observe(list);
  }

  get #fromBottom() {
    return this.scroller.scrollHeight - this.scroller.clientHeight - this.scroller.scrollTop;
  }

  get atBottom() {
    return this.#fromBottom < STICKY_PX;
  }

  get nearTop() {
    return this.scroller.scrollTop < NEAR_PX;
  }

  get nearBottom() {
    return this.#fromBottom < NEAR_PX;
  }

  /** Changes the list without moving what is read. @param {() => void} change */
  keep(change) {
    if (this.reader.following()) {
      change();
      this.#stick();
      return;
    }
    // The words, not the row: a row may lose its name line to the group that older messages bring.
    const anchor = this.#firstVisible()?.querySelector(".message-text");
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (!anchor?.isConnected) return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (moved) this.scroller.scrollTop += moved;
  }

  /** Brings a message into view: at a known pixel, else with some context above it. @param {HTMLElement} el @param {number} [offset] */
  show(el, offset) {
    const top = this.scroller.getBoundingClientRect().top;
    const wanted = offset ?? Math.round(this.scroller.clientHeight * CONTEXT);
    this.scroller.scrollTop += el.getBoundingClientRect().top - top - wanted;
  }

  /** The message being read, and its pixel. */
  spot() {
    const el = /** @type {HTMLElement | undefined} */ (this.#firstVisible());
    const seq = Number(el?.dataset.seq);
    return el && seq ? { seq, offset: el.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top } : null;
  }

  /** Whoever asks for the newest message wants it now, also with a hand on the wheel. */
  letGo() {
    this.#handsOnUntil = 0;
  }

  #note() {
    const el = this.#firstVisible()?.querySelector(".message-text");
    this.#read = el ? { el, top: el.getBoundingClientRect().top } : null;
  }

  /** Another width breaks all lines anew: the one being read stays where it is. */
  #resized() {
    const width = this.list.clientWidth;
    if (this.reader.following()) this.#stick();
    else if (width !== this.#width && this.#read?.el.isConnected) this.scroller.scrollTop += this.#read.el.getBoundingClientRect().top - this.#read.top;
    this.#width = width;
  }

  /** Not while a hand is moving the page: a person who starts to scroll away is not pulled back. */
  #stick() {
    if (this.reader.following() && Date.now() > this.#handsOnUntil) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** The topmost message in view; captions between messages come and go, so they are no anchors. */
  #firstVisible() {
    const top = this.scroller.getBoundingClientRect().top;
    const rows = this.list.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
      else high = middle;
    }
    while (low < rows.length && !rows[low].classList.contains("row")) low++;
    return rows[low];
  }
}
