"""After an outage the reports that waited do not come at once, and what is urgent does not wait for them."""

import random
from collections import Counter

from evidence.cadence import Cadence

PERIOD, UNITS, WINDOW = 900.0, 3000, 30.0
BEGINS, ENDS, UNTIL = 2_000.0, 2_120.0, 4_500.0


def reports(unit: str, jitters: random.Random) -> list[float]:
    """When *unit* delivers, if it looks whether it is due once a second."""
    cadence, delivered = Cadence.of(unit, PERIOD, 0.0), []
    # Nothing changes between the moments at which it is due.
    now = cadence.regular
    while now < UNTIL:
        if BEGINS <= now < ENDS:
            cadence.failed(now, None, jitters.random())
        else:
            delivered.append(now)
            cadence.reported(now)
        now = max(cadence.regular, cadence.not_before, now + 1.0)
    return delivered


def test_after_two_minutes_of_outage_the_peak_is_at_most_half_again_the_steady_rate() -> None:
    jitters = random.Random(7)
    times = [at for number in range(UNITS) for at in reports(f"bt-{number:04d}", jitters)]
    steady = UNITS * WINDOW / PERIOD
    windows = Counter(int(at // WINDOW) for at in times if at >= ENDS)
    assert max(windows.values()) <= 1.5 * steady
    assert sum(ENDS <= at < ENDS + PERIOD for at in times) >= UNITS, "everybody was heard within a period"


def test_what_is_urgent_is_tried_again_after_seconds() -> None:
    cadence = Cadence.of("bt-1", PERIOD, 0.0)
    cadence.failed(1000.0, None, 0.5)
    assert not cadence.due(1020.0)
    cadence.hasten(1020.0)
    assert cadence.due(1022.0)
    cadence.failed(1022.0, None, 0.5)
    assert cadence.due(1022.0 + 15.0)


def test_whoever_told_to_wait_is_obeyed_also_in_a_hurry() -> None:
    cadence = Cadence.of("bt-1", PERIOD, 0.0)
    cadence.hasten(1000.0)
    cadence.failed(1001.0, 300.0, 0.0)
    assert not cadence.due(1300.0)
    assert cadence.due(1302.0)
