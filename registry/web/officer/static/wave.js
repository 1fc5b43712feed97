// A recording as numbers: where its speech begins and ends, its picture with two handles, and the WAV file that is sent.
import { RATE } from "./capture.js";

const FRAME = 960, BEFORE = 0.2, AFTER = 0.3, STEADY = 3;

const rank = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Where speech begins and ends, in samples, by the *levels* of each 20 ms: what stands out of the steady noise, with a margin. */
export function suggestion(levels, samples) {
  const sorted = [...levels].sort((one, other) => one - other);
  const loud = rank(sorted, 0.95), threshold = Math.max(loud - 35, Math.min(rank(sorted, 0.1) + 9, loud - 10));
  const speaks = (at) => Array.from({ length: STEADY }, (_, more) => levels[at + more]).every((level) => level > threshold);
  const found = levels.map((_, at) => at).filter(speaks);
  if (!found.length) return { from: 0, to: samples };
  const from = found[0] * FRAME - BEFORE * RATE, to = (found.at(-1) + STEADY) * FRAME + AFTER * RATE;
  return { from: Math.max(0, Math.round(from)), to: Math.min(samples, Math.round(to)) };
}

/** The samples from *from* to *to* as a WAV file of one channel of 16 bits. */
export function wav(samples, from, to) {
  const part = samples.subarray(from, to), head = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((sign, n) => head.setUint8(at + n, sign.charCodeAt(0)));
  text(0, "RIFF"); text(8, "WAVEfmt "); text(36, "data");
  for (const [at, value] of [[4, 36 + part.byteLength], [16, 16], [24, RATE], [28, 2 * RATE], [40, part.byteLength]]) head.setUint32(at, value, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]]) head.setUint16(at, value, true);
  return new Blob([head, part], { type: "audio/wav" });
}

/** Draw *samples* into *canvas*; what lies outside *from* to *to* is pale. */
export function draw(canvas, samples, from, to) {
  const scale = devicePixelRatio, width = canvas.clientWidth * scale, height = canvas.clientHeight * scale, pen = canvas.getContext("2d");
  Object.assign(canvas, { width, height });
  const step = Math.max(1, samples.length / width), thin = Math.max(1, Math.floor(step / 200));
  for (let x = 0; x < width; x += 1) {
    let low = 0, high = 0;
    const last = Math.min(samples.length, (x + 1) * step);
    for (let at = Math.floor(x * step); at < last; at += thin) { low = Math.min(low, samples[at]); high = Math.max(high, samples[at]); }
    const inside = x * step >= from && x * step < to;
    pen.fillStyle = inside ? "#0b4f8a" : "#b5bac1";
    pen.fillRect(x, height / 2 * (1 - high / 32768), 1, Math.max(scale, height / 2 * (high - low) / 32768));
  }
}

/** Seconds as people read them from a tape: 1:05.3. */
export const clock = (seconds, digits = 1) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0")}`;
