"""A long session on a machine whose every core is busy: callbacks that came late, and silence that nobody meant."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from audio.driver.ring import CHUNK, RATE, Samples, left_behind
from audio.driver.tape import read_tape
from bench.playing import speechlike
from bench.row import Row
from bench.running import pause
from bench.speaking import SIMULATED, unit
from device.boottime import boottime
from device.journal import read
from evidence.records import Fault, FaultCode, Outcome
from registry.making.waves import encode_opus
from tests.audio.conftest import until
from tests.audio.village import Village

LOADED = 60.0 * float(os.environ.get("LOADED_MINUTES", "10"))
CLIP, SETTLING, SPARE = 60.0, 3.0, 20.0
"""Seconds of each recording, of sound before the load begins, and of sound that is left when it ends."""
HOLE = 8
"""Samples of exact silence in a row; the noise that sounds has not four."""
BUSY_LOOP = "while True: pass"
PERIOD = CHUNK / RATE


@dataclass(frozen=True)
class Seen:
    """What was counted while *cores* were busy: late callbacks, those of a plain loop, holes on the tape (in samples), faults told."""

    cores: int
    late: int
    plain: int
    holes: list[int]
    faults: int


def rows() -> list[Row]:
    """Both kinds of underrun, and how often the voice told of one."""
    length = LOADED + SPARE
    clips = [encode_opus(speechlike(CLIP))] * math.ceil(length / CLIP)
    with unit(maximum_on=2 * length) as village:
        village.plan_session(clips, after=5.0, encoded=CLIP, maximum=2 * length)
        village.outcome("bai-1", Outcome.STARTED)
        until(lambda: village.sounding() is not None, "the session")
        pause(SETTLING)
        seen = _under_load(village)
    how = (
        f"{LOADED / 60:g} min of a session of {CLIP:.0f} s Opus clips with {seen.cores} busy loops on as many cores, "
        f"callbacks every {1000 * PERIOD:.0f} ms; {SIMULATED}"
    )
    driver = "the disk driver sleeps between its callbacks like the plain loop, a sound card's interrupt does not"
    silent = f"runs of at least {HOLE} zeros on the tape of a noise that has none, {sum(seen.holes)} samples in all"
    # A ratio to no gap at all says nothing.
    peer = {"peer": "plain loop of the same period", "peer_value": seen.plain} if seen.plain else {}
    late = f"{how}; callbacks over 1.5 periods: {driver}; the loop, in a process of its own: {seen.plain}"
    return [
        Row(name="loaded session, late callbacks", value=seen.late, unit="gaps", method=late, **peer),
        Row(name="loaded session, starved feed", value=len(seen.holes), unit="holes", method=f"{how}; {silent}"),
        Row(
            name="loaded session, underruns told",
            value=seen.faults,
            unit="faults",
            method=f"{how}; UNDERRUN raised for either kind, since the session began",
        ),
    ]


def _under_load(village: Village) -> Seen:
    ring = left_behind(village.paths.ring)
    if ring is None:
        raise RuntimeError("the sound process has no ring")
    begun, before = boottime(), ring.gaps
    with _busy_cores() as cores:
        plain = _plain_loop(LOADED)
    ended, late = boottime(), ring.gaps - before
    faults = [line for line in read(village.paths.journal("audio")) if isinstance(line, Fault) and line.active]
    told = [line for line in faults if line.code is FaultCode.UNDERRUN]
    lost = [line.detail for line in faults if line.code is not FaultCode.UNDERRUN and line.at.mono >= begun]
    if village.sounding() is None or lost:
        raise RuntimeError(f"the session did not sound until the end: {lost}")
    tape = read_tape(village.bench.tape)
    first, last = (round(tape.seconds_at(moment) * RATE) for moment in (begun, ended))
    return Seen(cores, late, plain, holes(tape.samples[first:last]), len(told))


@contextmanager
def _busy_cores() -> Iterator[int]:
    """Every core is loaded meanwhile; gives how many there are."""
    loads = [subprocess.Popen([sys.executable, "-c", BUSY_LOOP]) for _ in range(os.cpu_count() or 1)]
    try:
        yield len(loads)
    finally:
        for load in loads:
            load.kill()
            load.wait()


def _plain_loop(seconds: float) -> int:
    """How often a loop that waits for each period comes more than half a period late."""
    gaps, last = 0, boottime()
    finish = last + seconds
    while last < finish:
        pause(PERIOD)
        now = boottime()
        gaps += now - last > 1.5 * PERIOD
        last = now
    return gaps


def holes(samples: Samples) -> list[int]:
    """The lengths of all runs of at least `HOLE` zeros."""
    silent = np.concatenate([[False], samples == 0, [False]])
    first, last = np.flatnonzero(silent[1:] != silent[:-1]).reshape(-1, 2).T
    lengths = last - first
    return [int(length) for length in lengths[lengths >= HOLE]]
