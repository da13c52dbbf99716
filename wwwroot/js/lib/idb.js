// @ts-check
// IndexedDB with promises. Every failure resolves to null: without a database the page works but forgets on reload.

const NAME = "actorchat";
const VERSION = 1;
export const OUTBOX = "outbox";
export const CACHE = "cache";

/** @type {Promise<IDBDatabase | null> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase | null>} */
function open() {
  opened ??= new Promise((done) => {
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(OUTBOX, { keyPath: "key" });
        request.result.createObjectStore(CACHE, { keyPath: "id" });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = request.onblocked = () => done(null);
    } catch {
      done(null);
    }
  });
  return opened;
}

/**
 * @param {string} store @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function run(store, mode, work) {
  const db = await open();
  if (!db) return null;
  return new Promise((done) => {
    try {
      const transaction = db.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      // Commit now instead of when the event loop is idle: the page may be closed before.
      if (mode === "readwrite") transaction.commit?.();
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => done(null);
    } catch {
      done(null);
    }
  });
}

/** @param {string} store @returns {Promise<any[]>} */
export const all = async (store) => (await run(store, "readonly", (s) => s.getAll())) ?? [];
/** @param {string} store @param {string} key */
export const get = (store, key) => run(store, "readonly", (s) => s.get(key));
/** @param {string} store @param {object} value */
export const put = (store, value) => run(store, "readwrite", (s) => s.put(value));
/** @param {string} store @param {string} key */
export const remove = (store, key) => run(store, "readwrite", (s) => s.delete(key));
