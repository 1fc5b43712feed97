// Nobody signs what they did not see: the signed bytes must name exactly this content, and what is shown is read from the content alone.
import { sha256, utf8 } from "./keys.js";

const LEVELS = ["", "xanh nhạt", "vàng nhạt", "da cam", "đỏ", "tím"];
const STATUSES = { Exercise: "DIỄN TẬP · exercise", Test: "THỬ NGHIỆM · test", System: "hệ thống · system", Draft: "bản nháp · draft" };
const KINDS = { Update: "tin cập nhật · update", Cancel: "tin hủy · cancel" };
const CLOCK = new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" });

/** Canonical JSON as TUF signs it: keys in order, no spaces, only quotation marks and backslashes escaped. */
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string") return `"${value.replace(/[\\"]/g, "\\$&")}"`;
  if (typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
  throw new Error("a number that nobody signs");
};

/** The document in *content*, if *signed* names it as *path*, by its length and SHA-256, and names nothing else; throws otherwise. */
export async function proven({ signed, content, path }, expected) {
  const role = JSON.parse(signed), bytes = utf8(content), named = role.targets ?? {}, entry = named[expected];
  const same = path === expected && canonical(role) === signed && role._type === "targets" && !role.delegations
    && Object.keys(named).length === 1 && entry?.length === bytes.length
    && canonical(entry.hashes) === canonical({ sha256: await sha256(bytes) });
  if (!same) throw new Error("Bản được gửi đến không khớp với chữ ký: KHÔNG KÝ, gọi sổ trung tâm. / What was sent is not what would be signed: DO NOT SIGN, call the registry.");
  const document = JSON.parse(content);
  if (`${document.channel}/${expected.split("/")[1]}` !== expected) throw new Error("Nội dung của kênh khác / content of another channel");
  return document;
}

const CONFIRM = "bangtin officer confirm 1";

/** The alert in a *statement* that lets a source's alert out of *channel*; throws when it states anything else. */
export function stated(statement, channel) {
  const [first, where, ...rest] = statement.split("\n");
  if (first !== CONFIRM || where !== channel || rest.length !== 1) throw new Error("Bản được gửi đến không phải lời xác nhận: KHÔNG KÝ, gọi sổ trung tâm. / It is not a confirmation: DO NOT SIGN, call the registry.");
  return JSON.parse(rest[0]);
}

export const instant = (text) => CLOCK.format(new Date(text));
export const same = (alert, wanted) => alert.sender === wanted.sender && alert.identifier === wanted.identifier && Date.parse(alert.sent) === Date.parse(wanted.sent);

export const made = (tag, text, name = "") => { const found = document.createElement(tag); found.textContent = text; if (name) found.className = name; return found; };

/** One alert as the board will say it, from its signed words. */
export function board(alert, channel, base) {
  const level = alert.level, unreal = STATUSES[alert.status], kind = KINDS[alert.message_type];
  const whole = made("section", "", `placard l${level}${unreal ? " exercise" : ""}`), band = made("header", "", "band");
  band.append(made("b", `CẤP ${level} · ${LEVELS[level].toUpperCase()}`), made("span", alert.expires ? `đến ${instant(alert.expires)}` : "cho đến khi có tin mới"));
  whole.append(band);
  if (unreal) whole.append(made("p", unreal, "unreal"));
  if (kind) whole.append(made("p", kind, "kind"));
  for (const text of alert.versions ?? []) {
    const part = made("article", "");
    part.lang = text.language;
    part.append(made("h2", text.headline), made("p", text.where, "place"));
    for (const [words, name] of [[text.description, ""], [text.instruction, "do"]]) if (words) part.append(made("p", words, name));
    part.append(sound(text, base));
    whole.append(part);
  }
  const areas = (alert.areas ?? []).join(", "), units = (alert.units ?? []).join(", ");
  for (const line of unusual(alert)) whole.append(made("p", line, "unusual"));
  whole.append(made("p", `Nơi nhận / sent to: ${[areas, units].filter(Boolean).join("; ") || channel}. Soạn / author: ${alert.provenance.author}. Duyệt / approver: ${alert.provenance.approver}.`, "by"));
  return whole;
}

/** What stands in an alert besides its words; what it does not say is as always. */
function* unusual({ references = [], airings = {}, wake, onset, link, message_type: kind, provenance: { document_number: number, exception } }) {
  const named = references.map((each) => `${each.identifier} (${instant(each.sent)})`).join(", ");
  if (named) yield `${kind === "Cancel" ? "Hủy tin · cancels" : "Thay tin · replaces"}: ${named}`;
  const { count, every, between } = airings;
  const often = [count && `đọc ${count} lần`, every && `cách nhau ${Math.round(every / 60)} phút`, between && `chỉ lặp lại từ ${between.start.slice(0, 5)} đến ${between.end.slice(0, 5)}`];
  if (often.some(Boolean)) yield `Loa ${often.filter(Boolean).join(", ")} · sounds so often`;
  if (wake) yield "Đọc cả ban đêm, dù chỉ là tin cập nhật · sounds at night as well";
  if (onset) yield `Bắt đầu lúc ${instant(onset)} · onset`;
  if (link) yield `Liên kết trên bảng · link: ${link}`;
  if (number) yield `Văn bản · document: ${number}`;
  if (exception) yield `Ngoại lệ · exception: ${exception}`;
}

function sound(text, base) {
  const line = made("p", "", "sound"), clips = [...(text.phrases ?? []), ...(text.clip ? [text.clip] : [])];
  for (const clip of [...clips, ...(text.issued ? [text.issued] : [])]) {
    const button = made("button", "▶", "hear");
    button.type = "button";
    button.dataset.clip = `${base}/clips/${clip.sha256}`;
    button.dataset.sha256 = clip.sha256;
    button.setAttribute("aria-label", "Nghe thử");
    line.append(button);
  }
  const seconds = Math.round(clips.reduce((sum, clip) => sum + clip.duration, 0));
  line.append(clips.length ? `Loa đọc ${seconds} giây` : "Chỉ hiện trên bảng, loa không đọc / board only");
  return line;
}

/** What kind of alert it is, of what, and when it was sent. */
export const inOneLine = (alert) => `Cấp ${alert.level} · ${KINDS[alert.message_type] ?? "tin"} · ${STATUSES[alert.status] ?? "thật"} · ${alert.event} · ${instant(alert.sent)}`;
