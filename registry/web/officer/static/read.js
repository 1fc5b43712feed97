// Reads one alert that waits: proves that the signed bytes are these words, and signs them when the officer says so.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, own, say, send, unsay } from "./page.js";
import { board, others, proven, same } from "./words.js";

const page = document.getElementById("read"), wanted = page.dataset, path = `${wanted.channel}/alerts.json`;
let ready;

async function read() {
  ready = undefined;
  const told = await (await fetch(`${wanted.base}/words`, { cache: "no-store" })).json();
  const list = (await proven(told, path)).alerts ?? [], alert = list.find((each) => same(each, wanted));
  if (!alert) throw new Error("Bản này không chứa tin đó: KHÔNG KÝ. / It does not hold that alert: DO NOT SIGN.");
  document.body.classList.toggle("practising", alert.status !== "Actual");
  const rest = list.filter((each) => each !== alert);
  document.getElementById("words").replaceChildren(board(alert, wanted.channel, wanted.base), ...(rest.length ? [others(rest)] : []));
  const key = await own();
  if (key) ready = { key, signed: told.signed };
  refresh();
}

const button = () => document.getElementById("sign"), accept = () => document.getElementById("accept");
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
    if (wanted.proposal) await read().catch(say);
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
  if (id === "confirm") await act("confirm", { reason: "phát ngay / release now" });
  if (id === "cancel") await act("cancel", { reason: event.target.closest("button").dataset.reason });
});

if (wanted.proposal) read().catch(say);
listen(async () => {
  const now = (await fresh()).getElementById("live").dataset, live = document.getElementById("live").dataset;
  // Whoever has just pressed something is on the way already.
  if (acting || (now.state === live.state && now.out === live.out)) return;
  if (now.out) location.replace(now.reach); else location.reload();
});
