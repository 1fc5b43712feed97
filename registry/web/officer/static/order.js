// Orders to one unit in two taps: the first fetches and proves what is signed and says it in words, the second signs it.
import { sign, utf8 } from "./keys.js";
import { fresh, listen, own, say, send, unsay } from "./page.js";
import { instant, made, proven } from "./words.js";

const page = document.getElementById("order"), { channel, unit } = page.dataset, keyed = own();
const sure = document.getElementById("sure"), really = document.getElementById("really");
const KINDS = { screenshot: "Chụp màn hình", report: "Báo cáo ngay", tone: "Âm thử", volume: "Âm lượng", mute: "Im tiếng", log: "Nhật ký", reboot: "Khởi động lại", service: "Mở trang kỹ thuật", tunnel: "Mở đường hỗ trợ từ xa", live: "Nói trực tiếp" };
let ready;

/** An order in one line, with everything that is signed of it. */
function line({ kind, id, person, units = [], areas = [], since, expires, reason, ...other }) {
  const more = Object.entries(other).map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  const whom = [...units, ...areas].join(", ") || `cả kênh ${channel}`;
  return [`${KINDS[kind] ?? kind}${more.length ? ` (${more.join(", ")})` : ""}: ${whom}`, `${instant(since)} → ${instant(expires)}, ${person}: ${reason}`];
}

/** What would be signed, if it holds just this order for just this unit. */
async function signable(wish) {
  const told = await send("/officer/orders", { channel, unit, ...wish }), list = await proven(told, `${channel}/ops.json`);
  const orders = list.orders ?? [], mine = orders.find((each) => each.id === told.order);
  const fits = mine && mine.kind === wish.kind && mine.units?.join() === unit && !(mine.areas ?? []).length;
  if (!fits) throw new Error("Lệnh này không phải lệnh đã chọn: KHÔNG KÝ. / This is not the order that was chosen: DO NOT SIGN.");
  return { told, mine, others: orders.filter((each) => each !== mine) };
}

async function first(form) {
  const fields = Object.fromEntries(new FormData(form)), wish = { kind: form.dataset.kind, reason: fields.reason };
  if (fields.hours) wish.hours = Number(fields.hours);
  if (fields.decibels) wish.decibels = Number(fields.decibels);
  if (fields.program) wish.program = fields.program;
  try {
    const found = await signable(wish), [what, when] = line(found.mine);
    const rest = found.others.map((each) => made("li", line(each).join(" · ")));
    document.getElementById("what").replaceChildren(made("b", what), made("p", when), ...(rest.length ? [made("p", "Những lệnh đang có, giữ nguyên / also in the list:", "by"), list(rest)] : []));
    sure.hidden = false;
    sure.scrollIntoView({ block: "end" });
    const key = await keyed;
    if (key) { ready = { key, found }; really.disabled = false; really.focus(); }
  } catch (problem) { say(problem); close(); }
}

const list = (rest) => { const all = made("ul", ""); all.append(...rest); return all; };

async function second() {
  const { key, found: { told } } = ready;
  really.disabled = true;
  try {
    const signature = await sign(key, utf8(told.signed));
    const done = await send("/officer/orders/signature", { channel, unit, order: told.order, signed: told.signed, content: told.content, signature });
    location.replace(done.location);
  } catch (problem) { say(problem); close(); }
}

function close() { ready = undefined; really.disabled = true; sure.hidden = true; }

document.addEventListener("submit", (event) => { event.preventDefault(); unsay(); first(event.target); });
really.addEventListener("click", () => { unsay(); second(); });
document.getElementById("not").addEventListener("click", close);
const look = async () => { document.getElementById("live").replaceWith((await fresh()).getElementById("live")); };
listen(look);
// A unit's answer comes with its report, of which nobody decides anything: it is looked for.
setInterval(() => { if (document.visibilityState === "visible" && document.querySelector("[data-waits]")) look().catch(() => { /* No network just now. */ }); }, 3000);
