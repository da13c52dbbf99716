// @ts-check
// The user of this browser: the name and its token, stored in localStorage and shared by all tabs.

import { onOtherTab, readLocal, writeLocal } from "../lib/local.js";

export class Identity {
  name = readLocal("name") ?? "";
  /** @type {string | null} */
  token = readLocal("token");

  /** @param {string} name @param {string | undefined} token the server sends it only once, when the name is claimed */
  save(name, token) {
    this.name = name;
    writeLocal("name", name);
    if (!token) return;
    this.token = token;
    writeLocal("token", token);
  }

  /** Deletes the token. The name stays as a suggestion for the join form. */
  clearToken() {
    // Another tab may have stored a new token meanwhile: it must not be deleted.
    if (readLocal("token") === this.token) writeLocal("token", null);
    this.token = null;
  }

  /** @param {() => void} claimed called when another tab of this browser got a token */
  watchOtherTabs(claimed) {
    onOtherTab("token", (token) => {
      if (!token || this.token) return;
      this.token = token;
      this.name = readLocal("name") ?? this.name;
      claimed();
    });
  }
}
