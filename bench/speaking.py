"""The loudspeaker at work: an emergency from rest, and one that cuts in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from audio.driver.ring import RATE
from audio.driver.tape import Tape, read_tape
from bench.row import Row
from bench.running import pause
from device.boottime import boottime
from evidence.records import Outcome
from tests.audio.conftest import Bench, until
from tests.audio.village import Village, tone

EMERGENCIES = 10
PHASES = [0.1 * number / EMERGENCIES for number in range(EMERGENCIES)]
"""Seconds: an idle voice looks ten times a second, so alerts at one phase of its looks would all wait equally long."""
SESSION_HERTZ, WINDOW = 300.0, 0.05
"""Over this window the session's tone is orthogonal to the tones of the signal and of the emergency: multiples of 20 Hz."""
SIMULATED = "SDL's disk driver, mock pins, real programs"


@contextmanager
def unit(**wiring: Any) -> Iterator[Village]:
    """A unit with a loudspeaker and nothing to say, its programs running; *wiring* as ``Bench`` takes it."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "unit", **wiring)
        try:
            village = Village(bench, Path(folder) / "publisher")
            village.start()
            yield village
        finally:
            bench.close()


def rows() -> list[Row]:
    """An emergency arrives: until the line is commanded from rest, and until what sounded is gone."""
    rest = f"{EMERGENCIES} alerts, pack renamed into the shelf → amplifier's own stamp; {SIMULATED}"
    over = f"{EMERGENCIES} alerts over a steady tone, pack renamed into the shelf → the tone's last sample, on the tape; {SIMULATED}"
    commanded, faded = ([measure(phase) for phase in PHASES] for measure in (_from_rest, _over_a_session))
    return [*_pair("line commanded", commanded, rest), *_pair("other sound faded out", faded, over)]


def _pair(until_what: str, seconds: list[float], method: str) -> list[Row]:
    """The budget is a p99; so few alerts have none, so their slowest must keep it."""
    figures = (("median", float(np.median(seconds)), False), ("slowest", max(seconds), True))
    return [
        Row(
            name=f"emergency arrives → {until_what}, {which} of {len(seconds)}",
            value=1000 * value,
            unit="ms",
            peer="one look of an idle voice (0.1 s)",
            peer_value=100.0,
            budget="≤ 300 ms" if judged else "",
            holds=1000 * value <= 300 if judged else None,
            method=method,
        )
        for which, value, judged in figures
    ]


def _from_rest(phase: float) -> float:
    with unit() as village:
        until(lambda: village.sounding() is None and village.bench.tape.exists(), "the voice")
        pause(2.0 + phase)
        village.raise_alert(tone(1.0, hertz=880.0))
        arrived = boottime()
        return village.bench.switched_to(True).at.mono - arrived


def _over_a_session(phase: float) -> float:
    with unit() as village:
        village.plan_session([tone(40.0, hertz=SESSION_HERTZ)], after=5.0)
        village.outcome("bai-1", Outcome.STARTED)
        until(lambda: village.sounding() is not None, "the session")
        pause(2.0 + phase)
        village.raise_alert(tone(1.0, hertz=880.0))
        arrived = boottime()
        village.outcome("alert:", Outcome.COMPLETE)
        tape = read_tape(village.bench.tape)
        return _end_of_tone(tape, tape.seconds_at(arrived))


def _end_of_tone(tape: Tape, arrived: float) -> float:
    """Seconds on the tape from *arrived* to the first window that holds nothing of the session's steady tone."""
    start, step, width = round(arrived * RATE), RATE // 1000, round(WINDOW * RATE)
    turning = np.exp(-2j * np.pi * SESSION_HERTZ * np.arange(width) / RATE)
    windows = np.lib.stride_tricks.sliding_window_view(tape.samples[start : start + 5 * RATE].astype(np.float64), width)[::step]
    strength = np.abs(windows @ turning)
    return float(np.argmax(strength < 0.02 * strength[0])) * step / RATE
