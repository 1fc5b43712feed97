"""The meter itself: it must see a leak, and not be misled by one busy moment."""

import subprocess
import sys

import pytest

from tests.audio.conftest import until
from tests.soak.meter import Meter, growth

LEAKY = """
import sys
kept = []
for line in sys.stdin:
    kept += [open("/dev/null") for _ in range(2)]
    kept.append(bytearray(b"x" * 2_000_000))
    print(len(kept), flush=True)
"""


def test_one_busy_moment_is_no_growth():
    hours = [n / 10 for n in range(20)]
    assert growth(hours, [50.0] * 10 + [90.0] + [50.0] * 9) == 0.0


def test_steady_growth_is_told_per_hour():
    hours = [n / 10 for n in range(20)]
    assert growth(hours, [50 + 3 * hour for hour in hours]) == pytest.approx(3.0)


def test_a_process_that_leaks_is_seen():
    with subprocess.Popen([sys.executable, "-c", LEAKY, "leaky-one"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as leaky:
        meter = Meter(lambda: [leaky], ("leaky-one",))
        for hour in range(12):
            leaky.stdin.write(b"more\n")
            leaky.stdin.flush()
            assert until(leaky.stdout.readline, "the leak")
            meter.look(hour)
        leaky.stdin.close()
    (slope,) = meter.slopes(after=0)
    assert slope.descriptors == pytest.approx(2.0)
    assert (slope.resident, slope.private) == (pytest.approx(2.0, abs=0.5), pytest.approx(2.0, abs=0.5))
    assert slope.threads == 0.0
