// @ts-check
// The session with the server: builds `hello`, handles `welcome` and refusals, joins and signs out.

import { readLocal } from "../lib/local.js";
import { UNAUTHORIZED } from "../net/closecodes.js";
import { Refusal } from "../net/connection.js";
import { keepDraft } from "./drafts.js";
import { Identity } from "./identity.js";
import { cursors } from "./sync.js";

/** @typedef {import("./store.js").Store} Store */

const CLIENT = "web/1.0";
export const SIGNED_OUT = "signed_out";

export class Session {
  identity = new Identity();
  /** Why the server refused us; shown on the join form. */
  refusal = { code: "", message: "" };
  /** The name being claimed, until the server replies. */
  claiming = "";
  /** The server's build when this page was loaded. A different build later means that this page is outdated. */
  #build = "";
  outdated = false;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.identity.watchOtherTabs(() => store.link.connect());
  }

  /** @param {string} name */
  join(name) {
    this.claiming = name;
    this.refusal = { code: "", message: "" };
    this.store.link.connect();
  }

  /** Revokes this browser's token and deletes the stored messages and drafts. */
  async signOut() {
    const { link, state, cache } = this.store;
    await this.store.request({ type: "sign_out" });
    link.stop();
    this.store.dialog = null;
    for (const id of state.conversations.keys()) keepDraft(id, "");
    state.conversations.clear();
    this.identity.clearToken();
    cache.clear();
    this.onRefused(new Refusal(SIGNED_OUT, ""));
  }

  /** @returns {object} the first frame of a connection */
  hello() {
    const { token, name } = this.identity;
    const { state, link } = this.store;
    if (!token || this.claiming) return { type: "hello", client: CLIENT, name: this.claiming || name };
    const resume = link.resume && state.epoch ? { epoch: state.epoch, cursors: cursors(this.store) } : undefined;
    return { type: "hello", client: CLIENT, token, resume };
  }

  /** @param {any} welcome */
  onWelcome(welcome) {
    const { state, link } = this.store;
    if (state.me && state.me.id !== welcome.user.id) state.conversations.clear();
    this.identity.save(welcome.user.name, welcome.token);
    this.claiming = "";
    this.#build ||= welcome.build ?? "";
    if (welcome.build && welcome.build !== this.#build) this.markOutdated();
    if (welcome.heartbeat_ms) link.heartbeat.intervalMs = welcome.heartbeat_ms;
  }

  /** Called when a newer version of the page is available. */
  markOutdated() {
    this.outdated = true;
    this.store.changed();
  }

  /** @param {import("../net/connection.js").Refusal} refusal */
  onRefused(refusal) {
    this.refusal = { code: refusal.code, message: refusal.message };
    this.claiming = "";
    if (refusal.code === "unauthorized" || refusal.code === String(UNAUTHORIZED)) {
      // Another tab may have stored a new token: try it before asking the user for a name.
      const token = readLocal("token");
      const other = token && token !== this.identity.token ? token : null;
      this.identity.clearToken();
      this.identity.token = other;
      if (other) this.store.link.connect();
      // This tab may have stored messages again after the tab that signed out deleted them.
      else this.store.cache.clear();
    }
    this.store.changed();
  }
}
