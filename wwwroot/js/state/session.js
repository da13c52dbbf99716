// @ts-check
// Who we are to the server: what hello says, what welcome gives, and what a refusal means.

import { recall } from "../lib/local.js";
import { UNAUTHORIZED } from "../net/codes.js";
import { Refusal } from "../net/wire.js";
import { keepDraft } from "./drafts.js";
import { Identity } from "./identity.js";
import { cursors } from "./line.js";

/** @typedef {import("./store.js").Store} Store */

const CLIENT = "web/1.0";
export const SIGNED_OUT = "signed_out";

export class Session {
  identity = new Identity();
  /** Why we are not in: shown by the join page. */
  refusal = { code: "", message: "" };
  /** The name being claimed, until the server answers. */
  claiming = "";
  /** The server's build when this page began; another one later means that this page is old. */
  #build = "";
  outdated = false;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.identity.watch(() => store.link.connect());
  }

  /** @param {string} name */
  join(name) {
    this.claiming = name;
    this.refusal = { code: "", message: "" };
    this.store.link.connect();
  }

  /** Ends this browser's sign-in for good, and what it keeps of the room. */
  async signOut() {
    const { link, state, cache } = this.store;
    await this.store.request({ type: "sign_out" });
    link.stop();
    this.store.panel = null;
    for (const id of state.conversations.keys()) keepDraft(id, "");
    state.conversations.clear();
    this.identity.forget();
    cache.forget();
    this.refused(new Refusal(SIGNED_OUT, ""));
  }

  hello() {
    const { token, name } = this.identity;
    const { state, link } = this.store;
    if (!token || this.claiming) return { type: "hello", client: CLIENT, name: this.claiming || name };
    const resume = link.resume && state.epoch ? { epoch: state.epoch, cursors: cursors(this.store) } : undefined;
    return { type: "hello", client: CLIENT, token, resume };
  }

  /** @param {any} welcome */
  welcomed(welcome) {
    const { state, link } = this.store;
    if (state.me && state.me.id !== welcome.user.id) state.conversations.clear();
    this.identity.keep(welcome.user.name, welcome.token);
    this.claiming = "";
    this.#build ||= welcome.build ?? "";
    if (welcome.build && welcome.build !== this.#build) this.age();
    if (welcome.heartbeat_ms) link.pulse.everyMs = welcome.heartbeat_ms;
  }

  /** A newer page than this one exists. */
  age() {
    this.outdated = true;
    this.store.changed();
  }

  /** @param {import("../net/wire.js").Refusal} no */
  refused(no) {
    this.refusal = { code: no.code, message: no.message };
    this.claiming = "";
    if (no.code === "unauthorized" || no.code === String(UNAUTHORIZED)) {
      // Another tab may have got a new token since: that one is tried before the person is asked.
      const token = recall("token");
      const other = token && token !== this.identity.token ? token : null;
      this.identity.forget();
      this.identity.token = other;
      if (other) this.store.link.connect();
      // This page may have kept the room once more after the tab that signed out had forgotten it.
      else this.store.cache.forget();
    }
    this.store.changed();
  }
}
