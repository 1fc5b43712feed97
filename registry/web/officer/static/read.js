// Reads one alert that waits: proves that the signed bytes are these words, and signs them when the officer says so.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, Lost, own, say, send, Told, unsay } from "./page.js";
import { beside } from "./beside.js";
import { board, proven, same, stated } from "./words.js";

const page = document.getElementById("read"), wanted = page.dataset, path = `${wanted.channel}/alerts.json`;
let ready;

/** It takes something else by now, which only the page knows. */
class Changed extends Told {
  constructor() { super([{ what: "Tin này vừa đổi. / It has changed just now.", do: "mở lại trang / open the page again" }]); }
}

async function fetched(what) {
  const answer = await fetch(`${wanted.base}/${what}`, { cache: "no-store" }).catch(() => { throw new Lost(); });
  if (!answer.ok) throw new Changed();
  return answer.json();
}

/** What would be signed, and the alerts that stand in it. */
async function signable() {
  if (wanted.signs === "statement") {
    const { statement } = await fetched("statement");
    return { signed: statement, list: [stated(statement, wanted.channel)], released: [] };
  }
  const told = await fetched("words");
  return { signed: told.signed, list: (await proven(told, path)).alerts ?? [], released: JSON.parse(told.released).alerts ?? [] };
}

/** What people read of it: a voice may add its clips while it waits. */
const worded = (alert) => JSON.stringify({ ...alert, versions: alert.versions.map((each) => [each.language, each.headline, each.description, each.instruction, each.where]) });

async function read() {
  ready = undefined;
  const { signed, list, released } = await signable(), alert = list.find((each) => same(each, wanted));
  if (!alert) throw new Error("Bản này không chứa tin đó: KHÔNG KÝ. / It does not hold that alert: DO NOT SIGN.");
  document.body.classList.toggle("practising", alert.status !== "Actual");
  document.getElementById("words").replaceChildren(board(alert, wanted.channel, wanted.base), beside(list.filter((each) => each !== alert), released, wanted));
  const key = await own();
  if (key) ready = { key, signed, words: worded(alert) };
  refresh();
}

const button = () => document.querySelector("#sign, #confirm"), accept = () => document.getElementById("accept");
const refresh = () => { if (button()) button().disabled = !ready || Boolean(accept() && !accept().checked); };

const painted = document.querySelector("#painted img"), unveil = () => { document.getElementById("painted").hidden = !painted.naturalWidth; };
painted.addEventListener("load", unveil);
unveil();

let acting = false;
async function act(how, body) {
  unsay();
  acting = true;
  try {
    const done = await send(`${wanted.base}/${how}`, body);
    location.replace(done.location);
  } catch (problem) {
    acting = false;
    say(problem);
    // Pressed again, what nobody answered is done once; anything else is read anew, and the page says why where it takes something else.
    if (problem instanceof Lost) refresh();
    else if (wanted.signs) await read().catch((changed) => { if (changed instanceof Changed) location.reload(); else say(changed); });
  }
}

document.addEventListener("change", refresh);
document.addEventListener("click", async (event) => {
  const id = event.target.closest("button")?.id;
  if (id === "sign" && ready) {
    const { key, signed } = ready;
    button().disabled = true;
    const accepted = accept()?.checked ? accept().dataset.languages.split(" ") : [];
    await act("signature", { signature: await sign(key, utf8(signed)), accepted });
  }
  if (id === "confirm" && ready) {
    const { words } = ready;
    let last;
    // The same words with a clip more need no second tap.
    while (!acting && ready?.words === words && ready.signed !== last) {
      last = ready.signed;
      button().disabled = true;
      await act("confirm", { signature: await sign(ready.key, utf8(last)) });
    }
  }
  if (id === "cancel") await act("cancel", { reason: event.target.closest("button").dataset.reason });
});

if (wanted.signs) read().catch(say);

const WATCHED = ["state", "out", "target", "why"];
listen(async () => {
  const now = (await fresh()).getElementById("live").dataset, live = document.getElementById("live").dataset;
  // Whoever has just pressed something is on the way already.
  if (acting || WATCHED.every((name) => now[name] === live[name])) return;
  if (now.out) location.replace(now.reach); else location.reload();
});
