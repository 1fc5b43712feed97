// One day from five in the morning to ten at night, as high as a phone: hours, silences, sessions; a session is dragged by its grip or tapped.
const FIRST = 5 * 60, LAST = 22 * 60, SNAP = 5, GAP = 4;

const made = (tag, name, text = "") => { const found = document.createElement(tag); found.className = name; found.textContent = text; return found; };

const DAY = 24 * 60;

/** Minutes from midnight as a clock shows them, also those of the day before and after. */
export const spell = (minutes) => { const shown = ((Math.floor(minutes) % DAY) + DAY) % DAY; return `${String(Math.floor(shown / 60)).padStart(2, "0")}:${String(shown % 60).padStart(2, "0")}`; };
export const minutes = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
export const lasting = (seconds) => (seconds < 60 ? `${Math.round(seconds)} giây` : `${Math.round(seconds / 6) / 10} phút`.replace(".", ","));
export const vietnamese = (reason) => reason.split(" / ")[0];

/** What would become of one run, in a sentence. */
export const fate = (block) => (block.start === null ? `✕ KHÔNG PHÁT: ${vietnamese(block.refused)}` : `✓ phát ${spell(block.start)}–${spell(Math.ceil(block.ends))}`);

export class Day {
  constructor(place, does) {
    this.place = place;
    this.axis = place.querySelector("[data-part=axis]");
    this.list = place.querySelector("[data-part=blocks]");
    this.does = does;
  }

  at(minute) { return (Math.min(LAST, Math.max(FIRST, minute)) - FIRST) * this.scale; }

  draw(day) {
    if (this.dragged) { this.waiting = () => this.draw(day); return; }
    this.scale = this.place.clientHeight / (LAST - FIRST);
    const bar = (name, from, to, text = "") => { const found = made("span", name, text); found.style.top = `${this.at(from)}px`; found.style.height = `${Math.max(3, this.at(to) - this.at(from))}px`; return found; };
    const hours = Array.from({ length: (LAST - FIRST) / 60 + 1 }, (_, n) => bar("hour", FIRST + n * 60, FIRST + n * 60, `${5 + n}h`));
    const hushes = day.hushes.filter((hush) => hush.to > FIRST && hush.from < LAST).map((hush) => { const found = bar(hush.decibels === null ? "hush" : "lower", hush.from, hush.to); found.title = hush.reason; return found; });
    const parts = day.blocks.flatMap((block) => block.parts.filter((each) => !each.refused && block.start !== null).map((each) => bar(each.live ? "live" : "said", each.start, each.start + each.seconds / 60)));
    this.axis.replaceChildren(...hushes, ...hours, ...parts, ...(day.now > FIRST && day.now < LAST ? [bar("now", day.now, day.now)] : []));
    const focused = document.activeElement?.dataset?.key;
    this.list.replaceChildren(...day.blocks.map((block) => this.row(block, day.sessions[block.session])));
    this.stack();
    if (focused) this.list.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  row(block, session) {
    const row = made("li", `block${block.start === null ? " silent" : ""}${block.own ? "" : " others"}`), open = made("button", ""), grip = made("span", "grip", "⠿");
    const live = block.parts.filter((each) => each.live).reduce((sum, each) => sum + each.seconds, 0), all = block.parts.reduce((sum, each) => sum + each.seconds, 0);
    open.type = "button";
    open.dataset.key = `${block.session}@${block.due}`;
    open.append(made("b", "clock", spell(block.start ?? block.due)), made("b", "title", block.title), made("small", "", block.start === null ? fate(block) : `✓ ${lasting(all)}${live ? ` · tiếp âm ${lasting(live)}` : ""}${block.own ? "" : " · của cấp trên"}${block.due < 0 ? " · từ hôm trước" : ""}`));
    row.append(open);
    row.dataset.at = this.at(block.start ?? block.due);
    // One of the day before is changed on its own day.
    if (!block.own || block.due < 0) { open.disabled = true; return row; }
    open.addEventListener("click", () => this.does.open(block.session));
    if (session?.moves) { grip.setAttribute("aria-hidden", "true"); row.append(grip); this.grips(row, grip, block, session); }
    return row;
  }

  /** Cards are taller than minutes: each stands at its time or just below the one before it. */
  stack() {
    let free = 0;
    for (const row of this.list.children) {
      const top = Math.max(Number(row.dataset.at), free);
      row.style.top = `${top}px`;
      free = top + row.offsetHeight + GAP;
    }
    this.list.style.minHeight = `${free}px`;
  }

  grips(row, grip, block, session) {
    const clock = row.querySelector(".clock");
    let from, begins, top;
    grip.addEventListener("pointerdown", (event) => {
      grip.setPointerCapture(event.pointerId);
      [from, begins, top, this.dragged] = [event.clientY, minutes(session.clock), parseFloat(row.style.top), block.session];
      row.classList.add("dragged");
    });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const by = Math.round((event.clientY - from) / this.scale / SNAP) * SNAP, to = Math.min(23 * 60 + 55, Math.max(0, Math.round((begins + by) / SNAP) * SNAP));
      row.style.top = `${top + (to - begins) * this.scale}px`;
      if (clock.textContent === spell(to)) return;
      clock.textContent = spell(to);
      this.does.move(block.session, spell(to));
    });
    const end = () => {
      if (!this.dragged) return;
      this.dragged = undefined;
      row.classList.remove("dragged");
      this.waiting?.();
      this.waiting = undefined;
      this.does.drop();
    };
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}
