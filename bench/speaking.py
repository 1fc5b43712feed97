"""The loudspeaker at work: an emergency that cuts in, and underruns on a loaded machine."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from audio.boottime import boottime
from audio.driver.ring import CHUNK, RATE
from audio.driver.speaker import Speaker
from audio.driver.tape import Tape, read_tape
from bench.row import Row
from bench.running import pause
from device.paths import Paths
from device.settings import Settings, Sound, SoundDriver
from evidence.records import Outcome
from tests.audio.conftest import Bench, until
from tests.audio.village import Village, tone

EMERGENCIES = 10
LOADED = 60.0 * float(os.environ.get("LOADED_MINUTES", "10"))
SESSION_HERTZ, WINDOW = 300.0, 0.05
"""Over this window the session's tone is orthogonal to the tones of the signal and of the emergency: multiples of 20 Hz."""
BUSY_LOOP = "while True: pass"
SIMULATED = "SDL's disk driver, mock pins, real programs"


def rows() -> list[Row]:
    """All rows of this bench."""
    return [*emergency_rows(), *underrun_rows()]


@contextmanager
def unit() -> Iterator[Village]:
    """A unit with a loudspeaker and nothing to say, its programs running."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "unit")
        try:
            village = Village(bench, Path(folder) / "publisher")
            village.start()
            yield village
        finally:
            bench.close()


def emergency_rows() -> list[Row]:
    """An emergency arrives: until the line is commanded from rest, and until what sounded is gone."""
    commanded = [_from_rest() for _ in range(EMERGENCIES)]
    faded = [_over_a_session() for _ in range(EMERGENCIES)]
    how = f"{EMERGENCIES} alerts, pack renamed into the shelf → amplifier's own stamp; {SIMULATED}"
    over = f"{EMERGENCIES} alerts over a steady tone, pack renamed into the shelf → the tone's last sample, on the tape; {SIMULATED}"
    floor = "one look of an idle voice (0.1 s)", 100.0
    found = []
    for name, values, method in (("line commanded", commanded, how), ("other sound faded out", faded, over)):
        for percent in (50, 99):
            value = 1000 * float(np.percentile(values, percent))
            budget, holds = ("p99 ≤ 300 ms", value <= 300) if percent == 99 else ("", None)
            title = f"emergency arrives → {name}, p{percent}"
            found.append(
                Row(name=title, value=value, unit="ms", peer=floor[0], peer_value=floor[1], budget=budget, holds=holds, method=method)
            )
    return found


def _from_rest() -> float:
    with unit() as village:
        until(lambda: village.sounding() is None and village.bench.tape.exists(), "the voice")
        pause(2.0)
        village.raise_alert(tone(1.0, hertz=880.0))
        arrived = boottime()
        return village.bench.switched_to(True).at.mono - arrived


def _over_a_session() -> float:
    with unit() as village:
        village.plan_session([tone(40.0, hertz=SESSION_HERTZ)], after=5.0)
        village.outcome("bai-1", Outcome.STARTED)
        until(lambda: village.sounding() is not None, "the session")
        pause(2.0)
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


def underrun_rows() -> list[Row]:
    """Callbacks later than one and a half periods while every core is loaded, beside a plain loop that waits for each period."""
    cores = os.cpu_count() or 1
    loads = [subprocess.Popen([sys.executable, "-c", BUSY_LOOP]) for _ in range(cores)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = _gaps(Path(folder))
    finally:
        for load in loads:
            load.kill()
            load.wait()
    how = (
        f"{LOADED / 60:.0f} min with {cores} busy loops on {cores} cores, callbacks every {1000 * CHUNK / RATE:.0f} ms; "
        "the disk driver sleeps between its callbacks like the plain loop, a sound card's interrupt does not"
    )
    return [
        Row(
            name="underruns while loaded",
            value=ours,
            unit="gaps",
            peer="plain loop of the same period",
            peer_value=max(theirs, 1),
            method=how,
        )
    ]


def _gaps(folder: Path) -> tuple[int, int]:
    speaker = Speaker(Settings(sound=Sound(driver=SoundDriver.DISK, tape=folder / "tape")), Paths(folder))
    try:
        deadline = boottime() + 30
        while not speaker.open and boottime() < deadline:
            speaker.work(boottime())
            pause(0.02)
        if speaker.ring is None:
            raise RuntimeError("the sound process does not run")
        before, theirs, last = speaker.ring.gaps, 0, boottime()
        finish = last + LOADED
        while (now := boottime()) < finish:
            speaker.work(now)
            pause(max(0.0, CHUNK / RATE - (boottime() - now)))
            theirs += boottime() - last > 1.5 * CHUNK / RATE
            last = boottime()
        return speaker.ring.gaps - before, theirs
    finally:
        speaker.close()
