// Plans a day's sessions: every change is asked of the registry at once, kept on this phone until it is sent, and signed on the next page.
import { Day, fate, spell } from "./day.js";
import { hex } from "./keys.js";
import { post, say, send, unsay } from "./page.js";
import { Sheet } from "./sheet.js";

const page = document.getElementById("plan"), { channel, today } = page.dataset;
const part = (name) => page.querySelector(`[data-part=${name}]`);
// A draft that is changed again keeps its number, and stays beside what is planned anew.
const begun = JSON.parse(page.dataset.begun ?? "null"), KEPT = `bangtin-plan-${channel}${begun ? `-${begun.once}` : ""}`, WAITS = 250;
const DATE = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", timeZone: "UTC" });

const once = () => hex(crypto.getRandomValues(new Uint8Array(8)));
const empty = () => ({ edits: {}, removed: [], once: begun?.once ?? once() });
let plan = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? begun ?? empty();
let date = today, shown, timer, asked = 0;

// What was changed since it was sent is another plan: its number must not bring the earlier one back.
const keep = () => { plan.once = begun?.once ?? once(); plan.released = shown?.released ?? plan.released; localStorage.setItem(KEPT, JSON.stringify(plan)); };
const listed = () => ({ channel, edits: Object.values(plan.edits), removed: plan.removed });
const count = () => Object.keys(plan.edits).length + plan.removed.length;

/** One session's part of the plan; what is given is added to what was changed of it before. */
function edit(session, change) {
  plan.edits[session] = { ...plan.edits[session], session, ...change };
  keep();
  later();
}

function drop(session) {
  const isNew = !shown?.sessions[session] || plan.edits[session]?.fresh;
  delete plan.edits[session];
  if (!isNew) plan.removed.push(session);
  keep();
  look();
}

const skip = (session, day) => edit(session, { skipped: [...(plan.edits[session]?.skipped ?? []), day] });

const later = () => { clearTimeout(timer); timer = setTimeout(look, WAITS); };

/** Ask for the day as it would go now; only the newest answer counts. */
async function look() {
  clearTimeout(timer);
  asked += 1;
  const mine = asked, { edits, removed } = listed(), place = part("place")?.value || null;
  try {
    const found = await post("/officer/plan/day.json", JSON.stringify({ format: 1, channel, edits: edits.map(({ fresh, ...rest }) => rest), removed, day: date, place }));
    if (mine !== asked) return;
    shown = found;
    unsay();
    day.draw(found);
    tell();
    sheet.draw(found);
  } catch (problem) {
    if (mine !== asked) return;
    counted();
    if (sheet.open) sheet.refused(problem); else say(problem);
  }
}

function counted() {
  part("foot").hidden = !count();
  part("count").textContent = `Xem và ký ${count()} thay đổi`;
}

function tell() {
  part("date").textContent = DATE.format(new Date(`${date}T00:00Z`)) + (date === today ? " · hôm nay" : "");
  part("rules").replaceChildren(...shown.rules.map(([words, english]) => {
    const line = document.createElement("li"), more = document.createElement("i");
    more.lang = "en";
    more.textContent = ` ${english}`;
    line.append(words, more);
    return line;
  }));
  counted();
  part("older").hidden = !count() || !plan.released || plan.released === shown.released;
  const moving = shown.blocks.filter((block) => block.session === day.dragged);
  const silent = shown.blocks.filter((block) => block.own && block.start === null).length;
  part("would").textContent = moving.length ? `${moving[0].title}: ${moving.map(fate).join(" · ")}` : shown.blocks.length ? `${shown.blocks.length} buổi${silent ? `, ${silent} buổi SẼ KHÔNG PHÁT` : ", đều sẽ phát"}` : "Chưa có buổi nào trong ngày này.";
}

const day = new Day(part("day"), {
  open: (session) => sheet.show(session, shown, date),
  move: (session, clock) => { edit(session, { clock }); part("would").textContent = `${shown.sessions[session].title}: ${clock}…`; },
  drop: look,
});
const sheet = new Sheet(page.querySelector("dialog"), { edit, drop, skip, close: look });

const go = (days) => { const moved = new Date(`${date}T00:00Z`); moved.setUTCDate(moved.getUTCDate() + days); date = moved.toISOString().slice(0, 10); look(); };
for (const button of page.querySelectorAll("[data-by]")) button.addEventListener("click", () => go(Number(button.dataset.by)));
part("place")?.addEventListener("change", look);
part("new").addEventListener("click", () => sheet.begin(`buoi-${hex(crypto.getRandomValues(new Uint8Array(5)))}`, shown, date, spell(17 * 60)));
part("undo").addEventListener("click", () => { plan = empty(); keep(); look(); });
part("send").addEventListener("click", async () => {
  unsay();
  part("send").disabled = true;
  try {
    const { edits, ...rest } = listed();
    const { location: kept } = await send("/officer/plan", { ...rest, edits: edits.map(({ fresh, ...edit }) => edit), once: plan.once });
    localStorage.removeItem(KEPT);
    location.assign(kept);
  } catch (problem) { say(problem); part("send").disabled = false; }
});
look();
