// Two stop lists held against each other: what a stop adds, what it leaves out, and what it keeps; nothing else is signed along unseen.
import { written } from "./bundles.js";

const WORDS = { withdrawn: "tin đã rút", kills: "lệnh tắt", cancelled: "cảnh báo đã dừng", lifted: "lệnh mở lại" };
const entries = (list, kind) => (Array.isArray(list[kind]) ? list[kind] : list[kind] === undefined ? [] : [list[kind]]);
const without = (some, others) => { const there = new Set(others.map(written)); return some.filter((each) => !there.has(written(each))); };
const kinds = (before, now) => [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((kind) => !["format", "channel"].includes(kind));

/** Every difference of *now* from *before*: {kind, entry, added}. */
export const changes = (before, now) => kinds(before, now).flatMap((kind) => {
  const [old, fresh] = [entries(before, kind), entries(now, kind)];
  return [...without(fresh, old).map((entry) => ({ kind, entry, added: true })), ...without(old, fresh).map((entry) => ({ kind, entry, added: false }))];
});

/** One difference in words. */
export const told = ({ kind, entry, added }) => `${added ? "thêm" : "bỏ"} ${WORDS[kind] ?? kind} “${entry.item ?? entry.identifier ?? entry.reason ?? entry.channel ?? JSON.stringify(entry)}”`;

/** What both have alike, counted; empty when that is nothing. */
export function kept(before, now) {
  const counts = Object.keys(WORDS).map((kind) => [entries(now, kind).length - without(entries(now, kind), entries(before, kind)).length, WORDS[kind]]);
  return counts.filter(([count]) => count).map(([count, words]) => `${count} ${words}`).join(", ");
}
