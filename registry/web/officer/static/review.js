// Reads one submission: proves that the signed bytes are this bundle, shows every difference from the released one, and signs it.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, Lost, own, say, send, Told, unsay } from "./page.js";
import { alike, differences } from "./bundles.js";
import { KINDS, named, shown } from "./items.js";
import { instant, made, proven } from "./words.js";

const page = document.getElementById("read"), { base, channel, reads } = page.dataset, path = `${channel}/bundle.json`;
const places = JSON.parse(page.dataset.places), look = { base, channel, places };
let ready;

/** One difference: what comes stands open, what it replaces and what goes beside it. */
function row({ kind, id, before, now }) {
  const whole = made("section", "", `placard ${now === undefined ? "gone" : before === undefined ? "new" : "changed"}`);
  const what = now === undefined ? "BỎ · removed" : before === undefined ? "MỚI · new" : "SỬA · changed";
  const band = made("header", "", "band");
  band.append(made("b", what), made("span", KINDS[kind] ?? kind));
  whole.append(band);
  if (now !== undefined) whole.append(shown(kind, now, look));
  if (before !== undefined) {
    const old = made("details", ""), line = made("summary", now === undefined ? named(kind, before) : "Bản đang phát · released now");
    old.append(line, shown(kind, before, look));
    whole.append(old);
  }
  return whole;
}

// What is heard and when comes before what stands on the board.
const ORDER = ["announcements", "sessions"], place = ({ kind }) => ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length;

function unchanged(pairs) {
  const whole = made("details", "", "others");
  whole.append(made("summary", `Giữ nguyên ${pairs.length} mục / unchanged`));
  whole.append(...pairs.map(([kind, item]) => { const one = made("details", ""); one.append(made("summary", named(kind, item)), shown(kind, item, look)); return one; }));
  return whole;
}

async function read() {
  ready = undefined;
  const answer = await fetch(`${base}/words`, { cache: "no-store" }).catch(() => { throw new Lost(); });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Told(told.refused ?? [{ what: "Bản này vừa đổi. / It has changed just now.", do: "mở lại trang / open the page again" }]);
  const now = await proven(told, path), before = JSON.parse(told.released);
  const found = differences(before, now).sort((one, other) => place(one) - place(other));
  const dated = made("p", `Bản ${before.version ?? "–"} → ${now.version} · mới đến / good until ${instant(now.valid_until)}`, "by");
  document.getElementById("words").replaceChildren(...found.map(row), dated, unchanged(alike(before, now)));
  const key = await own();
  if (!found.length) throw new Told([{ what: "Bản này không đổi gì: KHÔNG KÝ. / It changes nothing: DO NOT SIGN.", do: "soạn lại / write it again" }]);
  if (key) ready = { key, signed: told.signed };
  refresh();
}

const button = () => document.getElementById("sign"), accept = () => document.getElementById("accept");
const refresh = () => { if (button()) button().disabled = !ready || Boolean(accept() && !accept().checked); };

let acting = false;
async function act(how, body) {
  unsay();
  acting = true;
  try { location.replace((await send(`${base}/${how}`, body)).location); } catch (problem) {
    acting = false;
    say(problem);
    // Pressed again, what nobody answered is done once; anything else is read anew.
    if (problem instanceof Lost || !reads) refresh(); else await read().catch(() => location.reload());
  }
}

document.addEventListener("change", refresh);
document.addEventListener("click", async (event) => {
  const id = event.target.closest("button")?.id;
  if (id === "sign" && ready) {
    const { key, signed } = ready;
    button().disabled = true;
    await act("signature", { signature: await sign(key, utf8(signed)), accepted: accept()?.checked ? JSON.parse(accept().dataset.silent) : {} });
  }
  if (id === "back") {
    const word = document.getElementById("word").value.normalize("NFC").trim();
    if (word) await act("back", { word }); else say(new Told([{ what: "Chưa ghi cần sửa gì. / Say what to mend.", do: "" }]));
  }
  if (id === "cancel") await act("cancel", {});
});

const painted = document.querySelector("#painted img"), unveil = () => { document.getElementById("painted").hidden = !painted.naturalWidth; };
if (painted) { painted.addEventListener("load", unveil); unveil(); }

if (reads) read().catch(say);
listen(async () => {
  const now = (await fresh()).getElementById("live")?.dataset;
  // Whoever has just pressed something is on the way already.
  if (!acting && now?.state !== document.getElementById("live").dataset.state) location.reload();
});
