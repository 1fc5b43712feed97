// What is signed along with an alert: the others of its list, held against what is released now, so that no word of them changes unseen.
import { board, inOneLine, made, same } from "./words.js";

const ordered = (_, value) => value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
const written = (value) => JSON.stringify(value, ordered) ?? "";
const FIELDS = { versions: "lời", areas: "nơi nhận", units: "cụm nhận", level: "cấp", status: "thật hay diễn tập", message_type: "loại tin", expires: "hạn", airings: "lần đọc", wake: "đọc ban đêm", references: "tin được thay hay hủy", event: "tên", link: "liên kết", onset: "lúc bắt đầu", provenance: "người chịu trách nhiệm" };

/** The names of the fields in which two alerts differ. */
const differing = (before, now) => [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => written(before[name]) !== written(now[name]));

const standing = (alert) => !alert.expires || Date.parse(alert.expires) > Date.now();

/** One alert in a line that opens into all its words. */
function row(alert, shown, mark = "") {
  const whole = made("details", "", mark ? "changed" : ""), line = made("summary", inOneLine(alert));
  if (mark) line.prepend(made("b", mark));
  whole.append(line);
  const fill = () => { if (whole.open && whole.children.length === 1) whole.append(board(alert, shown.channel, shown.base)); };
  whole.addEventListener("toggle", fill);
  whole.open = Boolean(mark);
  fill();
  return whole;
}

/** The *alerts* that are signed along, beside those *released* now: what differs stands open and first, what does not in one line. */
export function beside(alerts, released, shown) {
  const found = alerts.map((alert) => ({ alert, before: released.find((each) => same(each, alert)) }));
  const equal = found.filter(({ alert, before }) => before && !differing(before, alert).length);
  const changed = found.filter((each) => !equal.includes(each));
  const gone = released.filter((each) => standing(each) && !alerts.some((alert) => same(alert, each)) && !same(each, shown));
  const whole = made("div", "", "others");
  for (const { alert, before } of changed) {
    const what = before && differing(before, alert).map((name) => FIELDS[name] ?? name).join(", ");
    whole.append(row(alert, shown, before ? `KHÁC bản đang phát: ${what} · differs from what is released` : "Ký thêm tin CHƯA PHÁT · not released yet"));
    if (before) whole.append(row(before, shown, "Bản đang phát · released now"));
  }
  for (const each of gone) whole.append(row(each, shown, "BỎ khỏi danh sách, còn hạn · left out though it stands"));
  if (equal.length) {
    const rest = made("details", ""), count = equal.filter(({ alert }) => standing(alert)).length;
    rest.append(made("summary", `Ký cùng, giống hệt bản đang phát: ${count} tin còn hạn, ${equal.length - count} tin cũ / signed with it, as released`));
    rest.append(...equal.map(({ alert }) => row(alert, shown)));
    whole.append(rest);
  }
  return whole;
}
