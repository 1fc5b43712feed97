// The microphone as it is: one channel of raw samples at 48 kHz, and what its level says in words.
export const RATE = 48000;

// A phone's echo canceller, noise gate and automatic gain are made for calls: they pump, cut off soft first consonants and leave a hiss that
// swells in every pause, which a horn throws over the whole village. The registry mends better what it can still hear (registry/making/sound).
const AS_IT_IS = { channelCount: 1, sampleRate: RATE, echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Listen: *heard* gets each tenth of a second; *ended* is called when the phone takes the microphone away. Returns what stops it. */
export async function capture(heard, ended) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
  const context = new AudioContext({ sampleRate: RATE });
  const close = () => { for (const track of stream.getTracks()) track.stop(); return context.close(); };
  try {
    await context.audioWorklet.addModule("/officer/static/capture-worklet.js");
    await context.resume();
    const node = new AudioWorkletNode(context, "capture");
    const all = new Promise((done) => { node.port.onmessage = ({ data }) => { heard(data.samples); if (data.last) done(); }; });
    context.createMediaStreamSource(stream).connect(node).connect(context.destination);
    for (const track of stream.getTracks()) track.onended = ended;
    context.onstatechange = () => { if (context.state === "interrupted" || context.state === "suspended") ended(); };
    return async () => {
      context.onstatechange = null;
      node.port.postMessage("end");
      // A context that the phone has stopped answers nothing any more.
      await Promise.race([all, new Promise((done) => setTimeout(done, 500))]);
      await close();
    };
  } catch (problem) { await close(); throw problem; }
}

const decibels = (power) => 10 * Math.log10(power + 1e-12);

/** The mean power of each 20 ms of *samples* in dB against full scale. */
export function levels(samples) {
  const found = [];
  for (let at = 0; at + 960 <= samples.length; at += 960) {
    let power = 0;
    for (let n = at; n < at + 960; n += 1) power += samples[n] * samples[n];
    found.push(decibels(power / 960));
  }
  return found;
}

export const LEVELS = {
  quiet: { mark: "▼", words: "NHỎ QUÁ: nói gần micrô hơn", english: "too quiet: come nearer" },
  good: { mark: "✓", words: "VỪA", english: "good" },
  clipping: { mark: "✕", words: "VỠ TIẾNG: cách xa micrô ra", english: "clipping: farther away" },
};
const QUIET = -38, CUT = 0.985, FORGETS = 15, HOLDS = 20;

/** Says of the last tenths of a second whether they are too quiet, good or clipping; a pause between two words changes nothing. */
export class Meter {
  constructor() { this.loudest = []; this.cut = HOLDS + 1; }

  /** The next tenth of a second: its level in dB, and the word for it. */
  hear(samples) {
    const level = Math.max(-96, ...levels(samples));
    this.loudest = [...this.loudest, level].slice(-FORGETS);
    this.cut = samples.some((sample) => Math.abs(sample) >= CUT) ? 0 : this.cut + 1;
    const word = this.cut <= HOLDS ? "clipping" : Math.max(...this.loudest) < QUIET ? "quiet" : "good";
    return { level, word };
  }
}
