// @ts-check
import { load } from "./lib/markdown/load.js";
import { registerServiceWorker } from "./net/serviceworker.js";
import { Store } from "./state/store.js";
import { mount } from "./views/app.js";

const store = new Store(new URL("ws", document.baseURI.replace(/^http/u, "ws")).href);
mount(/** @type {HTMLElement} */ (document.getElementById("app")), store);
store.start();
load(/** @type {HTMLLinkElement} */ (document.querySelector("link[rel=vendor]")).href);
registerServiceWorker(() => store.session.markOutdated());
