// @ts-check
// The room: creates the layout and mounts its views, which do not know each other.

import { h } from "../lib/dom.js";
import { mount as banner } from "./banner.js";
import { mount as composer } from "./composer.js";
import { mount as header } from "./header.js";
import { mount as peopleDialog } from "./peopledialog.js";
import { mount as keys } from "./keys.js";
import { mount as links } from "./links.js";
import { mount as notify } from "./notify.js";
import { mount as palette } from "./palette.js";
import { mount as pill } from "./pill.js";
import { mount as shortcuts } from "./shortcuts.js";
import { mount as sidebar } from "./sidebar.js";
import { mount as signout } from "./signout.js";
import { mount as announcer } from "./announcer.js";
import { mount as timeline } from "./timeline.js";
import { mount as title } from "./title.js";
import { mount as toast } from "./toast.js";
import { mount as typing } from "./typing.js";
import { mount as viewport } from "./viewport.js";

/** @param {HTMLElement} el @param {import("../state/store.js").Store} store */
export function mount(el, store) {
  const head = h("header", { class: "head" });
  const stage = h("div", { class: "stage" });
  const foot = h("div", { class: "foot" });
  const aside = h("nav", { class: "side", "aria-label": "Conversations" });
  const pane = h("main", { class: "pane" }, head, stage, foot);
  const room = h("div", { class: "room" }, aside, pane);
  el.append(room);

  const parts = [
    sidebar(aside, store),
    header(head, store),
    timeline(stage, store),
    banner(stage, store),
    pill(stage, store),
    typing(foot, store),
    composer(foot, store),
    announcer(pane, store),
    toast(pane, store),
    palette(room, store),
    shortcuts(room, store),
    signout(room, store),
    peopleDialog(room, store),
    keys(room, store),
    links(room, store),
    notify(room, store),
    viewport(el),
    title(room, store),
  ];
  return {
    update() {
      for (const part of parts) part.update();
    },
  };
}
