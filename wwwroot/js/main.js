// @ts-check
import { Store } from "./state/store.js";
import { mount } from "./views/app.js";

const url = new URL("ws", document.baseURI);
url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
url.search = url.hash = "";

const store = new Store(url.href);
mount(/** @type {HTMLElement} */ (document.getElementById("app")), store);
store.start();

// The worker that keeps the files comes last: it takes nothing from the first opening.
const afterLoad = async () => {
  const { keepShell } = await import("./net/shell.js");
  keepShell(() => store.session.age());
};
if (document.readyState === "complete") afterLoad();
else addEventListener("load", afterLoad);
