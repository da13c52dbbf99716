// @ts-check
// Scroll position. At the bottom the timeline stays at the bottom; elsewhere the message being read stays at the same
// pixel when rows are added or removed. The browser's own scroll anchoring is off: it differs between browsers.

const STICKY_PX = 100;
const NEAR_PX = 900;
const USER_SCROLL_MS = 350;
const CONTEXT = 0.3;
const ROUNDING_PX = 1;

export class Scroll {
  #userScrollUntil = 0;
  #width = 0;
  /** @type {{el: Element, top: number} | null} the text being read, at the time of the last scroll event */
  #anchor = null;

  /** @param {HTMLElement} scroller @param {HTMLElement} list @param {{following(): boolean, moved(): void}} reader */
  constructor(scroller, list, reader) {
    this.scroller = scroller;
    this.list = list;
    this.reader = reader;
    scroller.addEventListener("scroll", () => {
      this.#saveAnchor();
      reader.moved();
    }, { passive: true });
    const onUserScroll = () => (this.#userScrollUntil = Date.now() + USER_SCROLL_MS);
    scroller.addEventListener("wheel", (event) => event.deltaY < 0 && onUserScroll(), { passive: true });
    scroller.addEventListener("touchmove", onUserScroll, { passive: true });
    scroller.addEventListener("keydown", (event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && onUserScroll());
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

  /** Changes the list without moving the message being read. @param {() => void} change */
  preserve(change) {
    if (this.reader.following()) {
      change();
      this.#stickToBottom();
      return;
    }
    // Anchored at the text, not the row: a row loses its name line if an older message of the same group is added above.
    const anchor = this.#firstVisible()?.querySelector(".message-text");
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (!anchor?.isConnected) return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (moved) this.scroller.scrollTop += moved;
  }

  /** Scrolls a message to an offset from the top, or by default to 30 % of the height. @param {HTMLElement} el @param {number} [offset] */
  show(el, offset) {
    const top = this.scroller.getBoundingClientRect().top;
    const wanted = offset ?? Math.round(this.scroller.clientHeight * CONTEXT);
    this.scroller.scrollTop += el.getBoundingClientRect().top - top - wanted;
  }

  /** Whether the beginning of a row is above what is in view. @param {Element} el */
  isAbove(el) {
    return el.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top;
  }

  /** The first message in view and the last one whose end is in view; null if there is no end of a message. */
  inView() {
    const bottom = this.scroller.getBoundingClientRect().bottom + ROUNDING_PX;
    let first = 0;
    let last = 0;
    for (let el = this.#firstVisible(); el && el.getBoundingClientRect().bottom <= bottom; el = el.nextElementSibling ?? undefined) {
      last = Number(/** @type {HTMLElement} */ (el).dataset.seq ?? last);
      first ||= last;
    }
    return last ? { first, last } : null;
  }

  /** The topmost visible message and its offset from the top. */
  position() {
    const el = /** @type {HTMLElement | undefined} */ (this.#firstVisible());
    const seq = Number(el?.dataset.seq);
    return el && seq ? { seq, offset: el.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top } : null;
  }

  /** The user asked for the newest message: scroll there even right after a wheel or touch event. */
  resumeFollowing() {
    this.#userScrollUntil = 0;
  }

  #saveAnchor() {
    const el = this.#firstVisible()?.querySelector(".message-text");
    this.#anchor = el ? { el, top: el.getBoundingClientRect().top } : null;
  }

  /** A new width wraps all text again: the message being read stays at its pixel. */
  #resized() {
    const width = this.list.clientWidth;
    if (this.reader.following()) this.#stickToBottom();
    else if (width !== this.#width && this.#anchor?.el.isConnected) {
      this.scroller.scrollTop += this.#anchor.el.getBoundingClientRect().top - this.#anchor.top;
    }
    this.#width = width;
  }

  /** Not right after the user scrolled up: starting to scroll away must not be undone. */
  #stickToBottom() {
    if (this.reader.following() && Date.now() > this.#userScrollUntil) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /**
   * The topmost visible message, by binary search. Captions are no anchors, because they appear and disappear.
   * @returns {Element | undefined}
   */
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
