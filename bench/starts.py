"""How exactly sessions begin through the whole loudspeaker: signed pack, voice, decoder, mixer, amplifier, sound process."""

from datetime import timedelta

import numpy as np

from bench.row import Row
from bench.speaking import SIMULATED, unit
from bundle.policy import Policy
from bundle.trust import Target
from evidence.records import Outcome
from tests.audio.village import Village, tone
from tests.simulators.content import CHANNEL

STARTS, EVERY, FIRST = 20, 7.0, 8.0
"""Sessions, and seconds between them: each has its own warm-up, chime, tail, hold and rest."""
POLICY = Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24)


def rows() -> list[Row]:
    """The error of real session starts: due time against the mark of the first sample of speech."""
    with unit() as village:
        errors = [1000 * abs(late) for late in _late(village)]
    method = (
        f"{STARTS} sessions of one unit, {EVERY:.0f} s apart, the line off between them; due time against the mark of the chunk "
        f"with the first sample of speech, as the record of each says; {SIMULATED}"
    )
    figures = (("median", float(np.median(errors)), False), ("largest", max(errors), True))
    return [
        Row(
            name=f"scheduled start, whole loudspeaker, {which} error of {STARTS}",
            value=value,
            unit="ms",
            budget="≤ 10 ms" if judged else "",
            holds=value <= 10 if judged else None,
            method=method,
        )
        for which, value, judged in figures
    ]


def _late(village: Village) -> list[float]:
    """Seconds from each session's due time to its first sample."""
    village.publisher.release_policy(CHANNEL, POLICY, at=village.now())
    village.put(Target.POLICY)
    said = village.announcement("bai", tone(0.5))
    first = (village.now() + timedelta(seconds=FIRST)).replace(microsecond=0)
    names = [f"buoi-{number}" for number in range(STARTS)]
    village.publish([said], [village.session(name, first + n * timedelta(seconds=EVERY), [said]) for n, name in enumerate(names)])
    found = [village.outcome(f"/{name}@", Outcome.COMPLETE).late for name in names]
    late = [each for each in found if each is not None]
    if len(late) != STARTS:
        raise RuntimeError("a session began and nobody knows when")
    return late
