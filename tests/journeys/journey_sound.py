"""What an officer says into a phone, and whether it is what left the loudspeaker: compared sample by sample, and by its rhythm."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from audio.driver.ring import RATE
from audio.driver.tape import Tape
from audio.source.decode import pcm
from evidence.records import Stamp
from registry.making.sound.recording import read_recording
from registry.making.voice import EspeakVoice
from tests.registry.making.officework import wav

HOP = 0.02
"""Seconds: syllables are told from pauses."""
FLOOR = -50.0
"""dBFS, below which everything is silence."""
AROUND = 5.0
"""Seconds before and after the clip in which it is looked for."""


def write_speech(words: str, path: Path) -> None:
    """*words* as a WAV of an honest length, which a browser's fake microphone repeats."""
    said = read_recording(EspeakVoice().say(words, "vi", "speech"), "speech.wav", "speech")
    path.write_bytes(wav(said.samples, said.rate))


def clip_samples(path: Path, gain: float) -> np.ndarray:
    """The clip that units play, as loud as it is signed."""
    return np.concatenate(list(pcm(str(path), 0.0))) * 10 ** (gain / 20)


def found(tape: Tape, clip: np.ndarray, done: Stamp) -> int:
    """Where on *tape* the first sample of *clip* stands that was *done* then; an error when it is not there from end to end."""
    end = int(tape.seconds_at(done.mono) * RATE)
    first = max(0, end - len(clip) - round(2 * AROUND * RATE))
    part = tape.samples[first : end + round(AROUND * RATE)].astype(np.float64)
    assert len(part) >= len(clip), f"only {len(part) / RATE:.1f} s left the driver"
    size = 1 << (len(part) + len(clip)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(part, size) * np.conj(np.fft.rfft(clip, size)), size)[: len(part) - len(clip) + 1]
    at = int(np.argmax(likeness))
    differs = np.abs(part[at : at + len(clip)] - clip).max()
    assert differs <= 1.0, f"the clip is not on the tape sample by sample: up to {differs:.0f} of 32768 beside it"
    return first + at


def left_at(tape: Tape, position: int, known: Stamp) -> datetime:
    """When the sample at *position* left, by the clock of the unit that *known* was taken from."""
    mono = np.interp(position, [mark[1] for mark in tape.marks], [mark[0] for mark in tape.marks])
    return known.wall + timedelta(seconds=float(mono) - known.mono)


def level(samples: np.ndarray) -> float:
    """RMS in dBFS."""
    return float(20 * np.log10(max(np.sqrt(np.mean((samples.astype(np.float64) / 32768) ** 2)), 1e-9)))


def likeness(heard: np.ndarray, speech: Path) -> tuple[float, float]:
    """How alike the rhythm of *heard* is to that of *speech*, which was repeated: 1 is the same; and beside it, to *speech* backwards."""
    said = read_recording(speech.read_bytes(), "speech.wav", "speech")
    ours, theirs = _rhythm(heard / 32768, RATE), _rhythm(said.samples.mean(axis=-1) if said.samples.ndim > 1 else said.samples, said.rate)
    return _best(ours, theirs), _best(ours, theirs[::-1])


def _rhythm(samples: np.ndarray, rate: int) -> np.ndarray:
    """Its loudness in steps of `HOP`, in dB above `FLOOR` below its loudest."""
    step = round(rate * HOP)
    whole = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float64)
    decibels = 10 * np.log10(np.mean(whole**2, axis=1) + 1e-12)
    return np.maximum(decibels - decibels.max(), FLOOR)


def _best(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The best correlation of *ours* with any stretch of *theirs*, said over and over."""
    again = np.tile(theirs, 2 + len(ours) // len(theirs))
    windows = np.lib.stride_tricks.sliding_window_view(again, len(ours))[: len(theirs)]
    windows = windows - windows.mean(axis=1, keepdims=True)
    ours = ours - ours.mean()
    return float(np.max(windows @ ours / (np.linalg.norm(windows, axis=1) * np.linalg.norm(ours))))
