"""The amplifier program's own death at random moments while its lines are active: how long until each pin stays at its inactive level.

Killed (SIGKILL) and frozen (SIGSTOP, which its watchdog ends), GUEST_KILLS times each, half of them on either kind of kernel: one lets a
pin fall to its pull when its program is gone, the other, Raspberry Pi's own, leaves it driven. Times are the guest's clock since boot,
from just before the signal to the first look that saw the level: never too small, and at most one look (some milliseconds) too large.
"""

import os
import random
import signal
import threading
from statistics import median

import pytest

from tests.guest.deadly import LINES, Amplifiers, Fate

EACH = max(1, int(os.environ.get("GUEST_KILLS", "8")) // 2)
WITHIN = 1.5
"""Seconds until no line is active any more, however the program died."""


@pytest.fixture(scope="module")
def amplifiers(machine, tmp_path_factory):
    return Amplifiers(machine, tmp_path_factory.mktemp("u"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
@pytest.mark.parametrize("persist", [False, True], ids=["pins fall to their pull", "pins stay driven"])
def test_every_line_is_inactive_in_time(amplifiers, persist, how):
    chance = random.Random(f"{persist} {how}")
    amplifiers.kernel_persists(persist)
    fates: dict[int, list[Fate]] = {line.pin: [] for line in LINES}
    for _ in range(EACH):
        amplifiers.hold()
        threading.Event().wait(chance.uniform(0.0, 0.6))
        for pin, fate in amplifiers.strike(how).items():
            fates[pin].append(fate)
    print(f"\n{how.name}, persist={persist}, n={EACH}: seconds until first inactive (median, max), and for good")
    for line in LINES:
        times = ([getattr(fate, name) for fate in fates[line.pin]] for name in ("first", "settled"))
        print(f"  {line.about:32}", *(f"{median(each):8.3f} {max(each):8.3f}" for each in times))
    late = {line.about: worst for line in LINES if (worst := max(fate.settled for fate in fates[line.pin])) > WITHIN}
    assert not late
