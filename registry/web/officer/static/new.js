// The form: what is chosen goes to the registry, which makes the alert of it; nothing is signed here.
import { hex } from "./keys.js";
import { fresh, say, send, Told, unsay } from "./page.js";

const form = document.getElementById("wish"), go = document.getElementById("go");
const all = form.querySelector("[name=all]"), areas = [...form.querySelectorAll("[name=area]")];
const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value;

all.addEventListener("change", () => { if (all.checked) for (const each of areas) each.checked = false; else all.checked = !areas.some((each) => each.checked); });
for (const each of areas) each.addEventListener("change", () => { all.checked = !areas.some((other) => other.checked); });
const practise = () => document.body.classList.toggle("practising", form.querySelector("[name=exercise]").checked);
form.addEventListener("change", practise);
practise();

// The clock times below the ends are the registry's, which reckons them anew when the form arrives.
const MINDS = 15_000;
async function mind() {
  if (document.visibilityState !== "visible") return;
  try {
    const now = await fresh();
    for (const place of form.querySelectorAll(".until small")) place.textContent = now.getElementById(place.id).textContent;
  } catch { /* No network just now: nothing can be sent either. */ }
}
setInterval(mind, MINDS);
document.addEventListener("visibilitychange", mind);

// The same wish is sent with the same number until it is answered, over a reload as well: so a lost answer makes no second alert.
const SENT = "bangtin-wish";
function numbered(wish) {
  const text = JSON.stringify(wish);
  let sent = JSON.parse(sessionStorage.getItem(SENT) ?? "{}");
  if (sent.text !== text) {
    sent = { text, once: hex(crypto.getRandomValues(new Uint8Array(8))) };
    sessionStorage.setItem(SENT, JSON.stringify(sent));
  }
  return { ...wish, once: sent.once };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  unsay();
  if (!chosen("level")) { say(new Told([{ what: "Chưa chọn cấp độ rủi ro. / No level is chosen.", do: "chọn 1 đến 5 / choose 1 to 5" }])); return; }
  go.disabled = true;
  const wish = { channel: form.dataset.channel, level: Number(chosen("level")), until: chosen("until"), exercise: form.querySelector("[name=exercise]").checked };
  wish.areas = areas.filter((each) => each.checked).map((each) => each.value);
  wish.text = document.getElementById("text").value.normalize("NFC");
  if (form.dataset.phrase) wish.phrase = form.dataset.phrase;
  else wish.headline = document.getElementById("headline").value.normalize("NFC");
  try {
    const { location: kept } = await send("/officer/alerts", numbered(wish));
    sessionStorage.removeItem(SENT);
    location.assign(kept);
  } catch (problem) { say(problem); go.disabled = false; }
});
