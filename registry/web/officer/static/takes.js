// Takes that are on this phone and not yet with the registry: kept second by second in the browser's own store, so that nothing is lost
// when the network, the page or the phone goes away.
const STORE = "bangtin-recordings", TAKES = "takes", SECONDS = "seconds";

const opened = () => new Promise((done, failed) => {
  const asked = indexedDB.open(STORE, 1);
  asked.onupgradeneeded = () => { asked.result.createObjectStore(TAKES, { keyPath: "id" }); asked.result.createObjectStore(SECONDS); };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

const within = async (mode, act) => {
  const store = await opened();
  try {
    return await new Promise((done, failed) => {
      const doing = store.transaction([TAKES, SECONDS], mode);
      const asked = act(doing.objectStore(TAKES), doing.objectStore(SECONDS));
      doing.oncomplete = () => done(asked?.result);
      doing.onabort = doing.onerror = () => failed(doing.error);
    });
  } finally { store.close(); }
};

const whole = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

/** Keep what is known of a take: {id, sitting, channel, began, samples, levels, from, to, sending}. */
export const keep = (take) => within("readwrite", (takes) => takes.put(take));

/** Keep second number *number* of *take*, and with it how long the take is now. */
export const add = (take, number, samples) => within("readwrite", (takes, seconds) => { takes.put(take); return seconds.put(samples, [take.id, number]); });

/** The takes of *channel*, the newest first. */
export const all = async (channel) => (await within("readonly", (takes) => takes.getAll()))
  .filter((take) => take.channel === channel && take.samples).sort((one, other) => other.began - one.began);

/** The samples of *take*, 16 bits each. */
export async function samplesOf(take) {
  const parts = await within("readonly", (_, seconds) => seconds.getAll(whole(take.id)));
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { samples.set(part, at); at += part.length; }
  return samples;
}

/** Let go of *take*. */
export const remove = (take) => within("readwrite", (takes, seconds) => { seconds.delete(whole(take.id)); return takes.delete(take.id); });

const SITTING = "bangtin-sitting";

/** What is recorded until one of it is used is one sitting. */
export function sitting() {
  let name = localStorage.getItem(SITTING);
  if (!name) { name = crypto.randomUUID(); localStorage.setItem(SITTING, name); }
  return name;
}

/** One take of this sitting is used: the others of *channel* go, and what is recorded next is another sitting. */
export async function settle(channel) {
  for (const take of await all(channel)) if (take.sitting === sitting() && !take.sending) await remove(take);
  localStorage.removeItem(SITTING);
}
