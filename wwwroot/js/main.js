// @ts-check
import { keepShell } from "./net/shell.js";
import { Store } from "./state/store.js";
import { mount } from "./views/app.js";

const store = new Store(new URL("ws", document.baseURI.replace(/^http/u, "ws")).href);
mount(/** @type {HTMLElement} */ (document.getElementById("app")), store);
store.start();

// The worker that keeps the files comes last: it takes nothing from the first opening.
const afterLoad = () => keepShell(() => store.session.age());
if (document.readyState === "complete") afterLoad();
else addEventListener("load", afterLoad);
