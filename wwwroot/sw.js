// Caches the page's files as complete versions: index.html and every file it names are fetched, stored and replaced
// together, so a page never mixes two versions. The cached version is served at once; after each opening the worker asks
// the server for newer files, and if one differs it stores a new version and informs the open pages.
// The socket and the API do not pass through the worker.

const PREFIX = "actorchat-shell-";
const WHOLE = "whole";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(renew());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname !== home().pathname && url.pathname !== `${home().pathname}index.html`) return;
    event.respondWith(kept(home().href, request));
    event.waitUntil(renew(event.resultingClientId));
  } else if (["script", "style", "image", "manifest"].includes(request.destination)) {
    event.respondWith(kept(url.href, request));
  }
});

const home = () => new URL("./", location.href);

let remembered = null;

/** Serves from the newest complete version, else from the network. A page gets all its files from the version of its index.html. */
async function kept(address, request) {
  if (request.mode === "navigate") remembered = null;
  remembered ??= generation();
  const current = await remembered;
  return (await current?.match(address)) ?? fetch(request);
}

/** The newest version that was stored completely. */
async function generation() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).sort();
  for (const name of names.reverse()) {
    const cache = await caches.open(name);
    if (await cache.match(new URL(WHOLE, home()))) return cache;
  }
  return null;
}

let renewing = null;
let asked = false;
/** Pages that are being opened; `clients.matchAll` does not list them yet. */
const opening = new Set();

/** Runs one update at a time. A page opened during an update may have missed new files, so another update follows. */
function renew(page = "") {
  asked = true;
  if (page) opening.add(page);
  renewing ??= renewWhileAsked().finally(() => (renewing = null));
  return renewing;
}

async function renewWhileAsked() {
  while (asked) {
    asked = false;
    const pages = [...opening];
    await fetchAll().catch(() => {}); // no network, or the new version is incomplete: the stored one stays
    for (const page of pages) opening.delete(page);
  }
}

async function fetchAll() {
  const files = await fetchShell();
  const current = await generation();
  if (current && (await same(current, files))) return;
  const before = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const made = await caches.open(PREFIX + String(Date.now()).padStart(15, "0"));
  for (const [address, response] of files) await made.put(address, response.clone());
  await made.put(new URL(WHOLE, home()), new Response(""));
  for (const name of before) await caches.delete(name);
  if (current) await tellPages();
}

async function tellPages() {
  const tell = (page) => page?.postMessage({ type: "fresh" });
  const there = await self.clients.matchAll({ type: "window" });
  there.forEach(tell);
  // Resolves when the page has loaded, perhaps never, so it is not awaited.
  for (const id of opening) if (!there.some((page) => page.id === id)) self.clients.get(id).then(tell);
}

/** Fetches index.html and every file it names, revalidating the browser's cache. Fails if one of them fails. */
async function fetchShell() {
  const index = await fetchFile(home().href);
  const names = [...(await index.clone().text()).matchAll(/\s(?:href|src)="([^"#:]+)"/g)].map((match) => match[1]);
  const addresses = [...new Set(names.map((name) => new URL(name, home()).href))];
  const responses = await Promise.all(addresses.map(fetchFile));
  return new Map([[home().href, index], ...addresses.map((address, at) => [address, responses[at]])]);
}

async function fetchFile(address) {
  const response = await fetch(address, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${address} returned ${response.status}`);
  return response;
}

async function same(cache, files) {
  if ((await cache.keys()).length !== files.size + 1) return false;
  for (const [address, response] of files) {
    const old = await cache.match(address);
    if (!old || (await old.text()) !== (await response.clone().text())) return false;
  }
  return true;
}
