// The desk: stays new by itself, and stops an alert, or an entry of the bundle, in two taps: the first fetches and proves what is signed, the second signs it.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, own, say, send, unsay } from "./page.js";
import { changes, kept, told as wording } from "./stops.js";
import { proven, same } from "./words.js";

const keyed = own();
const reference = ({ sender, identifier, sent }) => ({ sender, identifier, sent });
const asked = new WeakMap();

/** How an alert is stopped, and how an entry of the bundle: what to ask for, what the signed list must do, which differences of it from the
 *  released list are just that, and what else stands in it. A full list lets its oldest cancelled alerts go. */
const alerts = {
  path: "/officer/stop",
  what: ({ channel, sender, identifier, sent }) => ({ channel, alert: reference({ sender, identifier, sent }) }),
  ends: (list, alert) => (list.cancelled ?? []).some((each) => same(each, alert)),
  own: ({ kind, entry, added }, alert) => kind === "cancelled" && (!added || same(entry, alert)),
  rest: (list) => JSON.stringify({ ...list, cancelled: undefined }),
};
const entries = {
  path: "/officer/content/stop",
  what: ({ channel, name }) => ({ channel, name }),
  ends: (list, { items }) => items.split(" ").every((item) => (list.withdrawn ?? []).some((each) => each.item === item)),
  own: ({ kind, entry }, { items }) => kind === "withdrawn" && items.split(" ").includes(entry.item),
  rest: (list, { items }) => JSON.stringify({ ...list, withdrawn: (list.withdrawn ?? []).filter((each) => !items.split(" ").includes(each.item)) }),
};
const kindOf = (card) => card.name ? entries : alerts;

/** The stop that would be signed for what *card* shows, if it ends that and changes nothing else; throws otherwise. */
async function stopOf(card) {
  const kind = kindOf(card), told = await send(kind.path, kind.what(card));
  const list = await proven(told, `${card.channel}/stop.json`);
  if (!kind.ends(list, card)) throw new Error("Lệnh này không dừng tin đó: KHÔNG KÝ. / This does not stop it: DO NOT SIGN.");
  const before = JSON.parse(told.released), others = changes(before, list).filter((each) => !kind.own(each, card));
  if (others.length) throw new Error(`Lệnh này còn ${others.map(wording).join(", ")}: KHÔNG KÝ. / It does more than was asked for: DO NOT SIGN.`);
  return { told, list, keeps: kept(before, list) };
}

async function first(card) {
  const sure = card.querySelector(".sure"), really = sure.querySelector("[data-really]"), shown = { ...card.dataset };
  card.querySelector("[data-stop]").hidden = true;
  sure.hidden = false;
  try {
    const found = await stopOf(shown);
    sure.querySelector(".stops").textContent = `Bảng và loa thôi tin này ngay.${found.keeps ? ` Giữ nguyên ${found.keeps}.` : ""} / Boards and loudspeakers end it at once.`;
    if (await keyed) { asked.set(card, found); really.disabled = false; }
  } catch (problem) { say(problem); close(card); }
}

async function second(card) {
  let found = asked.get(card);
  const shown = { ...card.dataset }, kind = kindOf(shown), before = kind.rest(found.list, shown), key = await keyed;
  card.querySelector("[data-really]").disabled = true;
  for (let tries = 3; ; tries -= 1) {
    try {
      const signature = await sign(key, utf8(found.told.signed));
      const { signed, content } = found.told;
      const done = await send(`${kind.path}/signature`, { ...kind.what(shown), signed, content, signature });
      location.assign(done.location);
      return;
    } catch (problem) {
      // Somebody else stopped something in this second: the same stop is made again on top of theirs, unless more than that changed.
      found = tries > 1 ? await stopOf(shown).catch(() => undefined) : undefined;
      if (!found || kind.rest(found.list, shown) !== before) { say(problem); close(card); return; }
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
  // A person who is about to stop something is not disturbed, nor one who has opened a list.
  if (document.querySelector(".sure:not([hidden])")) return;
  const before = document.querySelectorAll("#live details");
  if (before.length) now.querySelectorAll("details").forEach((each, number) => { each.open = before[number]?.open ?? each.open; });
  document.getElementById("live").replaceWith(now);
});
