// Two bundles held against each other by the names of their items: what is added, what changed, what is gone; nothing else differs unseen.

const ordered = (_, value) => value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
export const written = (value) => JSON.stringify(value, ordered) ?? "";

/** What a new version changes in any case: its number and its dates, which are shown in one line. */
export const DATED = ["version", "made", "valid_until"];

const listed = (value) => Array.isArray(value) && value.every((each) => each && typeof each === "object" && typeof each.id === "string");
const byName = (items) => new Map((items ?? []).map((item) => [item.id, item]));

/** Every difference of *now* from *before*: {kind, id, before, now} for items, {kind, before, now} for what the bundle says of itself. */
export function differences(before, now) {
  const found = [];
  for (const kind of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (DATED.includes(kind) || written(before[kind]) === written(now[kind])) continue;
    if (!listed(before[kind] ?? []) || !listed(now[kind] ?? [])) { found.push({ kind, before: before[kind], now: now[kind] }); continue; }
    const old = byName(before[kind]), fresh = byName(now[kind]);
    // Two of one name hide one: no unit would take it, and nobody signs it here.
    if (fresh.size !== (now[kind] ?? []).length) throw new Error("Một tên có hai lần: KHÔNG KÝ. / A name stands twice: DO NOT SIGN.");
    const same = [...new Set([...old.keys(), ...fresh.keys()])].filter((id) => written(old.get(id)) === written(fresh.get(id)));
    for (const [id, item] of fresh) if (!same.includes(id)) found.push({ kind, id, before: old.get(id), now: item });
    for (const [id, item] of old) if (!fresh.has(id)) found.push({ kind, id, before: item, now: undefined });
  }
  return found;
}

/** The items that both have alike: [kind, item]. */
export function alike(before, now) {
  return Object.entries(now).filter(([, value]) => listed(value)).flatMap(([kind, items]) => {
    const old = byName(before[kind]);
    return items.filter((item) => written(old.get(item.id)) === written(item)).map((item) => [kind, item]);
  });
}
