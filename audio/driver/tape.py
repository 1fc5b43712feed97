"""What left the sound process on the disk driver, against what the amplifiers did: for the demo and the tests.

The disk driver writes headerless 16-bit 48 kHz mono samples and keeps its own pace; the marks beside the tape say when
each chunk left, so that the amplifiers' journal can be laid onto the samples.
"""

import json
import wave
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from audio.driver.ring import CHUNK, RATE, Samples
from evidence.records import Record, Switched

LOUD = 32.767
"""−60 dBFS of a 16-bit sample."""
ENDING = 1.0
"""Seconds by which a line may outlast its hold: that is counted in samples, and the driver is slow and stands still."""


@dataclass(frozen=True)
class Tape:
    """*samples* of the whole run; *marks* are (seconds since boot, sample position) of its chunks in order."""

    samples: Samples
    marks: tuple[tuple[float, int], ...]

    def seconds_at(self, moment: float) -> float:
        """Where on the tape, in seconds from its first sample, the moment *moment* (seconds since boot) lies.

        A chunk leaves at the pace of its samples; then the driver stands still until the next one, however long a busy machine lets it.
        """
        following = bisect_right(self.marks, moment, key=lambda mark: mark[0])
        left, position = self.marks[max(0, following - 1)]
        frames = (moment - left) * RATE
        if 0 < following < len(self.marks):
            frames = min(frames, self.marks[following][1] - position)
        return (position + frames) / RATE

    def in_real_time(self) -> "Tape":
        """The same as somebody in the room had it: silence where a busy machine had the driver stand still.

        What the driver loses bit by bit, some per cent, is made up for where nothing sounds, so that no word is torn.
        """
        pieces, marks, behind, added = [], [self.marks[0]], 0, 0
        for (left, position), (following, end) in pairwise(self.marks):
            chunk = self.samples[position:end]
            still = round((following - left) * RATE) - (end - position)
            pieces.append(chunk)
            behind += still
            if still > CHUNK // 2 or (behind > 0 and not chunk.any()):
                pieces.append(np.zeros(max(0, behind), np.int16))
                added, behind = added + max(0, behind), min(0, behind)
            marks.append((following, end + added))
        return Tape(np.concatenate([*pieces, self.samples[self.marks[-1][1] :]]), tuple(marks))

    def loud(self) -> tuple[tuple[float, float], ...]:
        """The stretches above −60 dBFS as (first, last) in seconds; quieter moments under 50 ms do not part them."""
        at = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > LOUD)
        if not len(at):
            return ()
        breaks = np.flatnonzero(np.diff(at) > RATE // 20)
        first, last = at[np.concatenate([[0], breaks + 1])], at[np.concatenate([breaks, [len(at) - 1]])]
        return tuple((float(a) / RATE, float(b) / RATE) for a, b in zip(first, last, strict=True))


@dataclass(frozen=True)
class Interval:
    """One line was active from *on* to *off*, in seconds on the tape; *off* is None while it still is."""

    line: str
    activation: int
    on: float
    off: float | None


def read_tape(path: Path, clock: Path | None = None) -> Tape:
    """The tape at *path* with its marks; beside it, unless *clock* says where."""
    clock = clock or path.with_name(path.name + ".clock.jsonl")
    lines = [json.loads(line) for line in clock.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return Tape(np.fromfile(path, np.int16), tuple((line["mono"], line["samples"]) for line in lines))


def write_wav(tape: Tape, path: Path) -> None:
    """The samples as a WAV file that any player opens."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tape.samples.tobytes())


def intervals(lines: Iterable[Record], tape: Tape) -> tuple[Interval, ...]:
    """When each amplifier was active, from its journal."""
    began: dict[str, Switched] = {}
    found: list[Interval] = []
    for record in lines:
        if not isinstance(record, Switched):
            continue
        if record.active:
            began[record.line] = record
        elif (start := began.pop(record.line, None)) is not None:
            found.append(Interval(record.line, start.activation, tape.seconds_at(start.at.mono), tape.seconds_at(record.at.mono)))
    found += [Interval(line, start.activation, tape.seconds_at(start.at.mono), None) for line, start in began.items()]
    return tuple(sorted(found, key=lambda interval: interval.on))


def violations(tape: Tape, found: tuple[Interval, ...], warm_up: float, tail: float, hold: float) -> list[str]:
    """Every breach of: sound lies inside an interval, *warm_up* after its start and 1 s before its end; intervals end in time."""
    breaches: list[str] = []
    stretches = tape.loud()
    for first, last in stretches:
        if not any(interval.on + warm_up <= first and last + 1.0 <= _end(interval) for interval in found):
            breaches.append(f"sound from {first:.3f} s to {last:.3f} s lies in no amplifier interval with its margins")
    for interval in found:
        inside = [last for first, last in stretches if interval.on <= first <= _end(interval)]
        if not inside:
            breaches.append(f"{interval.line} was active from {interval.on:.3f} s without any sound")
        elif _end(interval) > max(inside) + tail + hold + ENDING:
            breaches.append(f"{interval.line} stayed active {_end(interval) - max(inside):.3f} s after its last sound")
    return breaches


def _end(interval: Interval) -> float:
    return float("inf") if interval.off is None else interval.off
