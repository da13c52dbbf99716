// @ts-check
import { registerServiceWorker } from "./net/serviceworker.js";
import { Store } from "./state/store.js";
import { mount } from "./views/app.js";

const store = new Store(new URL("ws", document.baseURI.replace(/^http/u, "ws")).href);
mount(/** @type {HTMLElement} */ (document.getElementById("app")), store);
store.start();
registerServiceWorker(() => store.session.markOutdated());
