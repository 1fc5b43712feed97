// What all pages of officers do: send with the page's token, say what was refused, play a phrase, count down, hear that something is new.
import { kept, sha256 } from "./keys.js";

const holder = () => document.querySelector("[data-token]");

/** What the registry refused: each complaint is a sentence with a way out. */
export class Told extends Error {
  constructor(refused) { super(refused.map((each) => each.what).join("; ")); this.refused = refused; }
}

/** Also when only the answer was lost: what was pressed may have been done, and pressing again does it no second time. */
export class Lost extends Told {
  constructor() { super([{ what: "Mất mạng, chưa biết sổ trung tâm đã nhận chưa. / No network: it is not known whether the registry has it.", do: "bấm lại, không thành hai lần / press again, it is not done twice" }]); }
}

/** Send *body* as JSON and return what is answered; throws Told with every complaint. */
export const send = (path, body) => post(path, JSON.stringify({ format: 1, ...body }));

/** Send *body* as it is, and return what is answered. */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers: { "X-Form-Token": holder().dataset.token } });
  } catch { throw new Lost(); }
  let told;
  try { told = await answer.json(); } catch { throw new Told([{ what: "Điện thoại này không còn được nhận; mở lại trang. / This phone is not accepted; open the page again.", do: "" }]); }
  if (!answer.ok) throw new Told(told.refused);
  return told;
}

/** Say what went wrong where people look; nothing that they chose is lost. */
export function say(problem) {
  const place = document.getElementById("problem");
  place.replaceChildren(...(problem.refused ?? [{ what: String(problem.message ?? problem), do: "" }]).map((each) => {
    const line = document.createElement("p"), strong = document.createElement("b");
    strong.textContent = each.what;
    line.append(strong, each.do ? ` → ${each.do}` : "");
    return line;
  }));
  place.hidden = false;
  place.scrollIntoView({ block: "center" });
}

export const unsay = () => { document.getElementById("problem").hidden = true; };

/** The key of this phone, if it is the one that the registry knows; else the page says so. */
export async function own() {
  const key = await kept().catch(() => undefined);
  if (key?.public === holder().dataset.key) return key;
  document.getElementById("nokey").hidden = false;
  return undefined;
}

/** Call *look* whenever the registry says that something is new; it says so once at the start as well. */
export function listen(look) {
  let doing = false, again = false;
  const go = async () => {
    if (doing) { again = true; return; }
    doing = true;
    try { await look(); } catch { setTimeout(go, 3000); /* No network, or a busy registry: there may be no news for hours that would bring it. */ }
    doing = false;
    if (again) { again = false; go(); }
  };
  const open = () => { const news = new EventSource("/officer/news"); news.onmessage = go; news.onerror = () => { if (news.readyState === EventSource.CLOSED) setTimeout(open, 3000); }; };
  open();
}

/** The page as it is now. */
export async function fresh() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (answer.status === 401) { location.reload(); throw new Error("unbound"); }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Where the clip of *button* is played from: bytes that are not the signed ones are played by nobody. */
async function heard({ clip, sha256: signed }) {
  if (!signed) return clip;
  const bytes = await (await fetch(clip)).arrayBuffer();
  if (await sha256(bytes) !== signed) throw new Error("Tiếng không phải bản sẽ ký: KHÔNG KÝ. / This is not the sound that is signed: DO NOT SIGN.");
  return URL.createObjectURL(new Blob([bytes], { type: "audio/ogg" }));
}

let playing;
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".hear");
  if (!button) return;
  const same = playing?.button === button;
  if (playing) { playing.sound.pause(); playing.button.textContent = "▶"; playing = undefined; }
  if (same) return;
  let sound;
  try { sound = new Audio(await heard(button.dataset)); } catch (problem) { say(problem); return; }
  playing = { button, sound };
  button.textContent = "■";
  const end = () => { if (playing?.sound === sound) { button.textContent = "▶"; playing = undefined; } };
  sound.addEventListener("ended", end);
  sound.play().catch(end);
});

setInterval(() => {
  for (const place of document.querySelectorAll("[data-seconds]")) {
    const left = Math.max(0, Number(place.dataset.seconds) - 1);
    place.dataset.seconds = left;
    place.textContent = left;
  }
}, 1000);
