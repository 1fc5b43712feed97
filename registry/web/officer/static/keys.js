// The key of this phone: made here, kept in the browser's own store, not extractable. Only its public half and signatures leave.
const STORE = "bangtin-officer", KIND = "keys", NAME = "signing";
const ED25519 = { name: "Ed25519" };

export const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
export const utf8 = (text) => new TextEncoder().encode(text);

const opened = () => new Promise((done, failed) => {
  const asked = indexedDB.open(STORE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(KIND);
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

const within = async (mode, act) => {
  const store = await opened();
  return new Promise((done, failed) => {
    const doing = store.transaction(KIND, mode, { durability: "strict" });
    const asked = act(doing.objectStore(KIND));
    doing.oncomplete = () => done(asked.result);
    doing.onabort = doing.onerror = () => failed(doing.error);
  });
};

/** The kept key: {pair, public}, or undefined. */
export const kept = () => within("readonly", (store) => store.get(NAME));

/** Make a key in the place of any before it. Throws where the browser knows no Ed25519. */
export async function make() {
  const pair = await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
  const made = { pair, public: hex(await crypto.subtle.exportKey("raw", pair.publicKey)) };
  await within("readwrite", (store) => store.put(made, NAME));
  await navigator.storage?.persist?.();
  return made;
}

/** Sign bytes with the kept key; the signature in hex. */
export const sign = async (key, bytes) => hex(await crypto.subtle.sign(ED25519, key.pair.privateKey, bytes));

/** Twenty figures of a public half, to be compared aloud: the same as the registry's command prints. */
export async function figures(publicHex) {
  const raw = Uint8Array.from(publicHex.match(/../g), (pair) => parseInt(pair, 16));
  const number = BigInt("0x" + await sha256(raw)) % 10n ** 20n;
  return number.toString().padStart(20, "0").match(/.{4}/g).join(" ");
}
