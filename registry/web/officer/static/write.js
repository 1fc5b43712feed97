// The form: what is written and chosen goes to the registry, which keeps it as a draft; nothing is signed here.
import { say, send, unsay } from "./page.js";

const form = document.getElementById("wish"), go = document.getElementById("go");
const all = form.querySelector("[name=all]"), areas = [...form.querySelectorAll("[name=area]")];
const chosen = () => form.querySelector("[name=sound]:checked").value, ticked = (name) => form.querySelector(`[name=${name}]`).checked;
const words = (id) => document.getElementById(id)?.value.normalize("NFC").trim() ?? "";

all.addEventListener("change", () => { if (all.checked) for (const each of areas) each.checked = false; else all.checked = !areas.some((each) => each.checked); });
for (const each of areas) each.addEventListener("change", () => { all.checked = !areas.some((other) => other.checked); });

const timed = () => !["none", "soon"].includes(chosen());
const refresh = () => {
  form.querySelector(".at").hidden = !timed();
  form.querySelector(".until").hidden = !ticked("on_board") && (!timed() || chosen() === "once");
};
form.addEventListener("change", refresh);
refresh();

// Words for the board stand on it, unless their author has said otherwise: a recording's form begins without any.
const board = form.querySelector("[name=on_board]"), texts = [...form.querySelectorAll("textarea")];
let decided = texts.some((each) => each.value);
board.addEventListener("change", () => { decided = true; });
for (const each of texts) each.addEventListener("input", () => { if (!decided && each.value.trim()) { board.checked = true; refresh(); } });

/** One language, if anything stands in it. */
function version(part) {
  const { language } = part.dataset, recording = part.querySelector("[name=use]:checked")?.value, title = words(`title-${language}`), text = words(`text-${language}`);
  if (language !== "vi" && !title && !text && !recording) return [];
  const speech = recording ? { kind: "recorded", sha256: recording } : part.querySelector("[name=read]")?.checked && chosen() !== "none" ? { kind: "read" } : null;
  return [{ language, title, text, speech }];
}

function sound() {
  const kind = chosen();
  if (kind === "none") return null;
  return kind === "soon" ? { kind, minutes: Number(form.dataset.minutes) } : { kind: "at", start: words("start"), repeat: kind };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  unsay();
  go.disabled = true;
  const { channel, once, replaces } = form.dataset;
  const wish = { once, channel, areas: areas.filter((each) => each.checked).map((each) => each.value), on_board: ticked("on_board"), essential: ticked("essential"), sound: sound() };
  wish.versions = [...form.querySelectorAll(".tongue")].flatMap(version);
  if (!form.querySelector(".until").hidden) wish.until = words("until");
  for (const [name, value] of [["document_number", words("number")], ["contact", words("contact")], ["replaces", replaces]]) if (value) wish[name] = value;
  try { location.assign((await send("/officer/content", wish)).location); } catch (problem) { say(problem); go.disabled = false; }
});
