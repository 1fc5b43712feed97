// The items of a bundle in the words of people: texts, clips to play, a session as a sentence, and whatever else is signed of them.
import { instant, made } from "./words.js";

export const KINDS = { notices: "Tin trên bảng", tickers: "Chữ chạy", announcements: "Bài phát thanh", phrases: "Câu sẵn", rebroadcasts: "Tiếp sóng", sessions: "Buổi phát", live_grants: "Quyền nói trực tiếp", sponsors: "Nhà tài trợ", title: "Tên gói", area_name: "Tên địa bàn", contact: "Nơi liên hệ", local_bulletin: "Bản tin thay tiếp sóng", layouts: "Bố cục bảng", channel: "Kênh", format: "Dạng" };
const LANGUAGES = { vi: "tiếng Việt", km: "tiếng Khmer", hmn: "tiếng Mông", tyz: "tiếng Tày", nut: "tiếng Nùng", cjm: "tiếng Chăm", en: "tiếng Anh" };
const DAYS = { MO: "thứ Hai", TU: "thứ Ba", WE: "thứ Tư", TH: "thứ Năm", FR: "thứ Sáu", SA: "thứ Bảy", SU: "Chủ nhật" };
const WEEK = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const day = (text) => text.slice(0, 10).split("-").reverse().join("/");
const compact = (text) => `${text.slice(6, 8)}/${text.slice(4, 6)}/${text.slice(0, 4)}`;

/** When a session sounds, as a sentence; a rule that we have no words for stands as it is signed. */
export function sentence({ start, rule, except_on: without = [], timezone }) {
  const clock = start.slice(11, 16), from = day(start), end = [];
  if (without.length) end.push(`trừ ${without.map(day).join(", ")}`);
  if (timezone && timezone !== "Asia/Ho_Chi_Minh") end.push(`giờ ${timezone}`);
  const told = (words) => [words, ...end].join(", ");
  if (!rule) return told(`Một lần, lúc ${clock} ngày ${from}`);
  const parts = Object.fromEntries(rule.split(";").map((part) => part.split("=")));
  const { FREQ, UNTIL, BYDAY, COUNT, ...other } = parts;
  if (Object.keys(other).length || !["DAILY", "WEEKLY"].includes(FREQ) || (BYDAY ?? "MO").split(",").some((each) => !DAYS[each])) return told(`Từ ${clock} ngày ${from}, lặp lại theo ${rule}`);
  const weekly = (BYDAY ?? (FREQ === "WEEKLY" ? WEEK[new Date(`${start.slice(0, 10)}T00:00Z`).getUTCDay()] : "")).split(",").filter(Boolean);
  const often = weekly.length ? `Hằng tuần, ${weekly.map((each) => DAYS[each]).join(", ")}` : "Hằng ngày";
  return told(`${often} lúc ${clock}, từ ${from}${UNTIL ? ` đến ${compact(UNTIL)}` : ""}${COUNT ? `, ${COUNT} lần` : ""}`);
}

function played(clip, base) {
  const line = made("p", "", "sound"), button = made("button", "▶", "hear");
  button.type = "button";
  button.dataset.clip = `${base}/clips/${clip.sha256}`;
  button.dataset.sha256 = clip.sha256;
  button.setAttribute("aria-label", "Nghe thử");
  line.append(button, `${Math.round(clip.duration)} giây`);
  return line;
}

function version({ language, title, body, clip, voice, reviewer, ...other }, base) {
  const part = made("article", "");
  part.lang = language;
  part.append(made("p", LANGUAGES[language] ?? language, "by"), made("h2", title));
  if (body) part.append(made("p", body, "do"));
  if (clip) { const line = played(clip, base); line.append(` · ${voice} · nghe lại / heard by: ${reviewer}`); part.append(line); }
  part.append(...rest(other));
  return part;
}

const LABELS = { bulletin_class: "Loại", essential: "Tin thiết yếu", valid_from: "Từ", valid_until: "Đến", units: "Cụm nhận", maximum: "Dài nhất (giây)", window: "Trễ nhất (giây)", zones: "Cụm loa", on_site: "Mở tại chỗ", music: "Nhạc nền", url: "Địa chỉ", link: "Liên kết", duration: "Giây", fallback: "Dự phòng" };

/** What is signed besides, each in a line: nothing is left out because we have no words for it. */
function* rest(fields) {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || (Array.isArray(value) && !value.length)) continue;
    const told = /^valid_/.test(name) ? instant(value) : value === true ? "có" : typeof value === "object" ? JSON.stringify(value) : String(value);
    yield made("p", `${LABELS[name] ?? name}: ${told}`, "by");
  }
}

/** One item of *kind* with everything that is signed of it. */
export function shown(kind, item, { base, places, channel }) {
  if (typeof item !== "object" || !item.id) return made("p", typeof item === "string" ? item : JSON.stringify(item), "do");
  const { id, versions = [], title, schedule, order, areas = [], provenance = {}, ...other } = item;
  const whole = made("section", "", "item");
  whole.append(...versions.map((each) => version(each, base)));
  if (title) whole.append(made("h2", title));
  if (schedule) whole.append(made("p", sentence(schedule), "when"));
  if (order) whole.append(made("p", `Phát: ${order.join(" → ")}`, "by"));
  const where = areas.map((code) => `${places[code] ?? "?"} (${code})`).join(", ");
  whole.append(made("p", `Nơi nhận / sent to: ${where || `toàn kênh ${channel}`}`, "place"), ...rest(other));
  const { author, approver, issuing_body: body, document_number: number, exception } = provenance;
  whole.append(made("p", [`Soạn / author: ${author}`, `Duyệt / approver: ${approver}`, body, number, exception && `Ngoại lệ / exception: ${exception}`].filter(Boolean).join(" · "), "by"), made("p", id, "by"));
  return whole;
}

/** An item in one line. */
export const named = (kind, item) => `${KINDS[kind] ?? kind}: ${item?.versions?.[0]?.title ?? item?.title ?? item?.sponsor ?? item?.id ?? ""}`;
