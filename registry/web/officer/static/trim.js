// Two handles on a wave: dragged with a finger, moved by the arrow keys or by the buttons beside them.
import { RATE } from "./capture.js";
import { clock, draw } from "./wave.js";

const STEP = 0.1, LEAST = 0.5;

/** The part of a take between two handles; *changed* hears of every move. */
export class Trim {
  constructor(place, changed) {
    this.canvas = place.querySelector("canvas");
    this.handles = { from: place.querySelector("[data-handle=from]"), to: place.querySelector("[data-handle=to]") };
    this.times = { from: place.querySelector("[data-time=from]"), to: place.querySelector("[data-time=to]") };
    this.told = place.querySelector("[data-lasts]");
    this.changed = changed;
    for (const [end, handle] of Object.entries(this.handles)) {
      handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
      handle.addEventListener("pointermove", (event) => { if (handle.hasPointerCapture(event.pointerId)) this.move(end, this.at(event.clientX)); });
      handle.addEventListener("keydown", (event) => this.key(end, event));
    }
    for (const button of place.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.move(button.dataset.end, this[button.dataset.end] + Number(button.dataset.step) * RATE));
    }
    // A tap on the wave brings the nearer handle there.
    this.canvas.addEventListener("click", ({ clientX }) => { const at = this.at(clientX); this.move(Math.abs(at - this.from) < Math.abs(at - this.to) ? "from" : "to", at); });
  }

  show(samples, from, to) {
    Object.assign(this, { samples, from, to });
    this.drawn();
  }

  at(x) {
    const { left, width } = this.canvas.getBoundingClientRect();
    return (x - left) / width * this.samples.length;
  }

  key(end, event) {
    const way = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -10 * STEP, PageUp: 10 * STEP }[event.key];
    if (!way) return;
    event.preventDefault();
    this.move(end, this[end] + way * RATE);
  }

  move(end, to) {
    const least = Math.min(LEAST * RATE, this.samples.length), last = this.samples.length;
    this[end] = Math.round(end === "from" ? Math.min(Math.max(0, to), this.to - least) : Math.max(Math.min(last, to), this.from + least));
    this.drawn();
    this.changed();
  }

  drawn() {
    draw(this.canvas, this.samples, this.from, this.to);
    for (const [end, handle] of Object.entries(this.handles)) {
      const seconds = this[end] / RATE;
      handle.style.left = `${this[end] / this.samples.length * 100}%`;
      for (const [name, value] of [["max", this.samples.length / RATE], ["now", seconds]]) handle.setAttribute(`aria-value${name}`, value.toFixed(1));
      handle.setAttribute("aria-valuetext", `${seconds.toFixed(1)} giây`);
      this.times[end].textContent = clock(seconds);
    }
    this.told.textContent = clock((this.to - this.from) / RATE);
  }
}
