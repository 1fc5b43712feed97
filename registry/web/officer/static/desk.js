// The desk: stays new by itself, and stops an alert in two taps: the first fetches and proves what is signed, the second signs it.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, own, say, send, unsay } from "./page.js";
import { proven, same } from "./words.js";

const keyed = own();
const reference = ({ sender, identifier, sent }) => ({ sender, identifier, sent });
const asked = new WeakMap();

/** The stop that would be signed for *alert*, if it ends that alert and the phone has its key; throws otherwise. */
async function stopOf({ channel, ...alert }) {
  const told = await send("/officer/stop", { channel, alert: reference(alert) });
  const list = await proven(told, `${channel}/stop.json`);
  if (!(list.cancelled ?? []).some((each) => same(each, alert))) throw new Error("Lệnh này không dừng tin đó: KHÔNG KÝ. / This does not stop that alert: DO NOT SIGN.");
  return { told, list };
}

const beside = (list) => JSON.stringify({ ...list, cancelled: undefined });

async function first(card) {
  const sure = card.querySelector(".sure"), really = sure.querySelector("[data-really]"), alert = { ...card.dataset };
  card.querySelector("[data-stop]").hidden = true;
  sure.hidden = false;
  try {
    const found = await stopOf(alert), kills = (found.list.kills ?? []).length, withdrawn = (found.list.withdrawn ?? []).length;
    sure.querySelector(".stops").textContent = `Bảng và loa thôi tin này ngay.${kills || withdrawn ? ` Giữ nguyên ${withdrawn} tin đã rút, ${kills} lệnh tắt.` : ""} / Boards and loudspeakers end it at once.`;
    if (await keyed) { asked.set(card, found); really.disabled = false; }
  } catch (problem) { say(problem); close(card); }
}

async function second(card) {
  let found = asked.get(card);
  const before = beside(found.list), key = await keyed, alert = { ...card.dataset };
  card.querySelector("[data-really]").disabled = true;
  for (let tries = 3; ; tries -= 1) {
    try {
      const signature = await sign(key, utf8(found.told.signed));
      const { channel } = alert, { signed, content } = found.told;
      const done = await send("/officer/stop/signature", { channel, signed, content, signature, alert: reference(alert) });
      location.assign(done.location);
      return;
    } catch (problem) {
      // Somebody else stopped something in this second: the same stop is made again on top of theirs, unless more than that changed.
      found = tries > 1 ? await stopOf(alert).catch(() => undefined) : undefined;
      if (!found || beside(found.list) !== before) { say(problem); close(card); return; }
    }
  }
}

function close(card) {
  asked.delete(card);
  card.querySelector(".sure").hidden = true;
  card.querySelector("[data-stop]").hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button"), card = button?.closest("section.alert");
  if (!card) return;
  unsay();
  if ("stop" in button.dataset) first(card);
  if ("really" in button.dataset) second(card);
  if ("not" in button.dataset) close(card);
});

const waiting = (place) => place.querySelectorAll("a.alert").length;

listen(async () => {
  const now = (await fresh()).getElementById("live");
  if (waiting(now) > waiting(document.getElementById("live"))) navigator.vibrate?.([400, 150, 400]);
  // A person who is about to stop something is not disturbed.
  if (!document.querySelector(".sure:not([hidden])")) document.getElementById("live").replaceWith(now);
});
