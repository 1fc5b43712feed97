// One session, without a drag: its time by − and +, its items by ↑ and ↓ (or dragged), its rule, and what would become of it.
import { fate, lasting, minutes, spell, vietnamese } from "./day.js";

const DAY = 24 * 60, WORKING = ["MO", "TU", "WE", "TH", "FR"];

export class Sheet {
  constructor(dialog, does) {
    Object.assign(this, { dialog, does });
    const by = (name) => dialog.querySelector(`[data-part=${name}]`);
    this.parts = Object.fromEntries(["sheet-would", "clock", "stuck", "order", "add", "week", "until", "zones", "drops", "skip", "drop"].map((name) => [name, by(name)]));
    for (const name of ["title", "clock", "first", "until"]) this[name] = dialog.querySelector(`#${name}`);
    for (const button of dialog.querySelectorAll("[data-earlier]")) button.addEventListener("click", () => this.shift(Number(button.dataset.earlier)));
    this.clock.addEventListener("change", () => this.clock.value && this.change({ clock: this.clock.value }));
    this.title.addEventListener("change", () => this.title.value.trim() && this.change({ title: this.title.value.normalize("NFC").trim() }));
    for (const each of [...dialog.querySelectorAll("[name=often], [name=weekday]"), this.first, this.until]) each.addEventListener("change", () => this.ruled());
    this.parts.add.addEventListener("change", () => { const name = this.parts.add.value; this.parts.add.value = ""; if (name) this.ordered([...this.order, name]); });
    this.parts.skip.addEventListener("click", () => { this.does.skip(this.session, this.date); dialog.close(); });
    this.parts.drop.addEventListener("click", () => { const { session } = this; dialog.close(); this.does.drop(session); });
    dialog.addEventListener("close", () => this.does.close());
  }

  get open() { return this.dialog.open; }

  /** A session of the day that is shown, in which stands what was changed of it before. */
  show(session, shown, date) {
    Object.assign(this, { session, date, fresh: undefined });
    this.draw(shown);
    this.fill(shown.sessions[session]);
    this.dialog.showModal();
  }

  /** A new one, which counts as soon as it has an item. */
  begin(session, shown, date, clock) {
    const rule = { first: date, often: "once", days: [], until: null };
    Object.assign(this, { session, date, shown, fresh: { title: "Buổi phát", clock, rule, order: [], zones: [], moves: true } });
    this.fill(this.fresh);
    this.would("Thêm ít nhất một bài. / Add an item.");
    this.dialog.showModal();
  }

  change(change) {
    if (this.fresh) {
      Object.assign(this.fresh, change);
      const { title, clock, rule, order, zones } = this.fresh;
      if (order.length) this.does.edit(this.session, { title, clock, rule, order, zones, fresh: true });
    } else this.does.edit(this.session, change);
  }

  shift(by) {
    this.clock.value = spell((minutes(this.clock.value) + by + DAY) % DAY);
    this.change({ clock: this.clock.value });
  }

  fill({ title, clock, rule, order, zones, moves }) {
    this.dialog.querySelector("#sheet-title").textContent = this.fresh ? "Buổi mới" : title;
    this.title.value = title;
    this.clock.value = clock;
    this.parts.clock.hidden = !moves;
    this.parts.stuck.hidden = moves;
    this.parts.skip.hidden = Boolean(this.fresh) || rule?.often === "once";
    const often = rule?.often === "days" && rule.days.join() === WORKING.join() ? "working" : rule?.often;
    for (const each of this.dialog.querySelectorAll("[name=often]")) each.checked = each.value === often;
    for (const each of this.dialog.querySelectorAll("[name=weekday]")) each.checked = Boolean(rule?.days.includes(each.value));
    this.first.value = rule?.first ?? this.date;
    this.until.value = rule?.until ?? "";
    this.repeated(often);
    this.zoned(zones);
    this.parts.add.replaceChildren(this.parts.add.options[0], ...this.shown.items.map(({ id, title: name, seconds }) => new Option(`${name} · ${lasting(seconds)}`, id)));
    this.ordered(order, true);
  }

  repeated(often) {
    this.parts.week.hidden = often !== "days";
    this.parts.until.hidden = !often || often === "once";
  }

  ruled() {
    const often = this.dialog.querySelector("[name=often]:checked")?.value, chosen = [...this.dialog.querySelectorAll("[name=weekday]:checked")].map((each) => each.value);
    this.repeated(often);
    const days = often === "working" ? WORKING : often === "days" ? chosen : [];
    if (!often || !this.first.value || (often === "days" && !days.length)) { this.would("Chọn ngày trong tuần. / Choose the days."); return; }
    const rule = { first: this.first.value, often: often === "working" ? "days" : often, days, until: often === "once" ? null : this.until.value || null };
    this.change({ rule, clock: this.clock.value });
  }

  zoned(chosen) {
    this.parts.zones.hidden = !this.shown.zones.length;
    this.parts.zones.replaceChildren(this.parts.zones.firstElementChild, ...this.shown.zones.map((zone) => {
      const label = document.createElement("label"), box = Object.assign(document.createElement("input"), { type: "checkbox", value: zone, checked: chosen.includes(zone) });
      box.addEventListener("change", () => this.change({ zones: [...this.parts.zones.querySelectorAll(":checked")].map((each) => each.value) }));
      label.append(box, zone);
      return label;
    }));
  }

  ordered(order, asItIs = false) {
    this.order = order;
    const named = Object.fromEntries(this.shown.items.map((item) => [item.id, item]));
    const swap = (one, other) => { const next = [...order]; [next[one], next[other]] = [next[other], next[one]]; return next; };
    this.parts.order.replaceChildren(...order.map((id, at) => {
      const row = document.createElement("li"), name = document.createElement("span"), item = named[id];
      name.textContent = item ? `${item.live ? "📻 " : ""}${item.title} · ${lasting(item.seconds)}` : id;
      const button = (mark, label, off, next) => { const found = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: mark, disabled: off }); found.setAttribute("aria-label", `${label} ${item?.title ?? id}`); found.addEventListener("click", () => this.ordered(next())); return found; };
      row.append(name, button("↑", "Lên trước", at === 0, () => swap(at, at - 1)), button("↓", "Xuống sau", at === order.length - 1, () => swap(at, at + 1)), button("✕", "Bỏ", order.length === 1 && !this.fresh, () => order.filter((_, n) => n !== at)));
      this.drags(row, name, at);
      return row;
    }));
    if (!asItIs) this.change({ order });
  }

  drags(row, name, at) {
    name.addEventListener("pointerdown", (event) => { name.setPointerCapture(event.pointerId); row.classList.add("dragged"); });
    name.addEventListener("pointerup", (event) => {
      row.classList.remove("dragged");
      const rows = [...this.parts.order.children], over = rows.findIndex((each) => event.clientY < each.getBoundingClientRect().bottom), to = over < 0 ? rows.length - 1 : over;
      if (to !== at) { const next = [...this.order]; next.splice(to, 0, ...next.splice(at, 1)); this.ordered(next); }
    });
  }

  would(words) { this.parts["sheet-would"].textContent = words; }

  refused(problem) { this.would((problem.refused ?? [{ what: String(problem) }]).map((each) => `✕ ${vietnamese(each.what)}`).join(" ")); }

  draw(shown) {
    this.shown = shown;
    if (!this.session) return;
    const runs = shown.blocks.filter((block) => block.session === this.session && block.due >= 0);
    this.would(runs.length ? runs.map(fate).join(" · ") : "Không phát vào ngày đang xem. / Not on the day that is shown.");
  }
}
