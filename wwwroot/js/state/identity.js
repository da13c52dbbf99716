// @ts-check
// Who this browser is: a name and the token that proves it, kept side by side and shared by its tabs.

import { onElsewhere, recall, remember } from "../lib/local.js";

export class Identity {
  name = recall("name") ?? "";
  /** @type {string | null} */
  token = recall("token");

  /** @param {string} name @param {string | undefined} token sent once, when the name is claimed */
  keep(name, token) {
    this.name = name;
    remember("name", name);
    if (!token) return;
    this.token = token;
    remember("token", token);
  }

  /** The name stays as a suggestion. */
  forget() {
    // Another tab may have claimed a name meanwhile: its token is not ours to throw away.
    if (recall("token") === this.token) remember("token", null);
    this.token = null;
  }

  /** @param {() => void} claimed called when another tab of this browser got a token */
  watch(claimed) {
    onElsewhere("token", (token) => {
      if (!token || this.token) return;
      this.token = token;
      this.name = recall("name") ?? this.name;
      claimed();
    });
  }
}
