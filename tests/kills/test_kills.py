"""SIGKILL and SIGSTOP at random moments: no line stays active, nothing is said twice, and speech comes back. KILLS=n of each, SEED=n."""

import os
import random
import re
import secrets
import signal
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from audio.ledger import UNHEARD
from audio.playing.endings import CUT
from evidence.records import Outcome
from tests.kills.siege import LIMIT, Siege, Victim

pytestmark = pytest.mark.kills
VILLAGES = 3
"""At the same time: each sleeps most of it."""
HOWS = (signal.SIGKILL, signal.SIGSTOP)


def besiege(root, folder, seed, kills):
    """*kills* of each kind in one village, in random order."""
    plan = [(victim, how) for victim in Victim for how in HOWS for _ in range(kills)]
    random.Random(seed).shuffle(plan)
    siege = Siege(root, folder, seed)
    try:
        for number, (victim, how) in enumerate(plan, 1):
            while not siege.kill(victim, how):
                pass  # the decoder had nothing left to do: another moment
            if number % 20 == 0:
                print(f"seed {seed}: {number} of {len(plan)}", flush=True)
        siege.wait_for_the_alerts()
    finally:
        siege.close()
    return siege


def table(kills):
    """Counts, and how long it took, as lines."""
    yield f"{'victim':<14} {'signal':<8} {'kills':>6} {'active':>7} {'inactive p99':>13} {'max':>8} {'speech again p99':>17} {'max':>8}"
    rows = defaultdict(list)
    for kill in kills:
        rows[kill.victim, kill.how].append(kill)
    for (victim, how), row in sorted(rows.items()):
        inactive = [1000 * kill.inactive for kill in row if kill.active]
        back = [kill.recovered for kill in row if kill.recovered is not None]
        yield (
            f"{victim:<14} {how.name:<8} {len(row):>6} {len(inactive):>7} {np.percentile(inactive or [0], 99):>10.0f} ms"
            f" {max(inactive, default=0):>5.0f} ms {np.percentile(back or [0], 99):>15.1f} s {max(back, default=0):>6.1f} s"
        )


def check(siege):
    """What the journals say after it all."""
    late = [kill for kill in siege.kills if kill.victim is not Victim.AMPLIFIER and kill.inactive > LIMIT]
    assert late == [], "a line was active for longer than 1.5 s after the signal"
    switched = siege.bench.look()
    for before, after in pairwise(switched):
        assert not (before.active and after.active) or after.activation > before.activation, "an old activation came back"
    lives = defaultdict(list)
    for line in siege.village.sounded():
        if line.outcome is not Outcome.MISSED:
            lives[line.occurrence].append(line)
    for occurrence, lines in lives.items():
        life = "".join(line.outcome.value[0] for line in lines)
        cut = [line.reason for line in lines if line.outcome is Outcome.INTERRUPTED]
        if occurrence.startswith("alert:"):
            assert re.fullmatch("(si)*sc", life), f"{occurrence} did not sound whole, once: {life}"
            assert all(cut), "the receipt says why it sounds again"
        else:
            assert re.fullmatch("(si)*s?[cf]?", life), f"{occurrence} sounded twice: {life}"
            assert set(cut) <= {CUT, UNHEARD}, "only what gave way to an emergency goes on afterwards, and what had not begun to sound"
            unheard = [line.at.mono for line in lines if line.reason == UNHEARD]
            sounded = [at for key, at in siege.seen if key == occurrence and any(at < mono for mono in unheard)]
            assert sounded == [], f"{occurrence} had been sounding, and was called unheard"
    airings = [occurrence for occurrence in lives if occurrence.startswith("alert:")]
    assert len(airings) == 2 * len(siege.alerts), "never beyond its count"


def test_no_line_outlives_its_holder_and_nothing_is_said_twice(tmp_path_factory):
    each, first = int(os.environ.get("KILLS", "100")), int(os.environ.get("SEED", "0")) or secrets.randbelow(10**6)
    shares = [each // VILLAGES + (number < each % VILLAGES) for number in range(VILLAGES)]
    print(f"\n{each} of each kind, SEED={first}")
    with ThreadPoolExecutor(VILLAGES) as pool:
        under = [
            pool.submit(besiege, tmp_path_factory.mktemp("unit"), tmp_path_factory.mktemp("publisher"), first + number, share)
            for number, share in enumerate(shares)
            if share
        ]
        # One that broke off takes nothing away from what the others have seen; it fails the test at the end.
        sieges = [siege.result() for siege in under if siege.exception() is None]
    print("\n".join(table([kill for siege in sieges for kill in siege.kills])))
    print("the amplifier's own rows tell its next start with inactive lines; what its pin does at its death is shown on a kernel's GPIO")
    print(f"alerts {sum(len(siege.alerts) for siege in sieges)}, watchdog {sum(siege.supervisor.barked for siege in sieges)}")
    for siege in sieges:
        check(siege)
    for siege in under:
        siege.result()
