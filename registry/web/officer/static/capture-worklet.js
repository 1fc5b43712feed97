// Runs in the audio thread: hands raw samples on in tenths of a second, and what is left over when it is told to end.
const TENTH = 4800;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(TENTH);
    this.filled = 0;
    this.port.onmessage = () => { this.hand(true); this.ended = true; };
  }

  hand(last) {
    this.port.postMessage({ samples: this.block.slice(0, this.filled), last });
    this.filled = 0;
  }

  process([[samples]]) {
    for (let at = 0; samples && at < samples.length;) {
      const part = samples.subarray(at, at + TENTH - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === TENTH) this.hand(false);
    }
    return !this.ended;
  }
}

registerProcessor("capture", Capture);
