"""Recordings of alerts that come or go: noticed soon, and at a price that a storm does not raise."""

from pathlib import Path

import pytest

from device.arrivals import EVERY, IN_TURN, Arrivals
from tests.director import village as v

STORM = v.programme(v.cell(alerts=[v.alert(f"bao-{n}", "08:00", phrases=("len", "di")) for n in range(100)]))


class Card:
    """Which recordings are here; *asked* for how many."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.asked = 0

    def find(self, clip) -> Path | None:
        self.asked += 1
        return None if clip.sha256 in self.gone else Path(clip.sha256)


@pytest.fixture
def card() -> Card:
    return Card()


def test_who_asks_at_each_turn_of_a_loop_looks_ten_times_a_second(card: Card) -> None:
    arrivals = Arrivals(card.find)
    arrivals.absent(STORM)
    looks = 0
    for turn in range(50):
        before = card.asked
        assert not arrivals.changed(turn / 50)
        looks += card.asked > before
    assert looks <= 1 / EVERY


def test_a_look_costs_what_is_absent_and_not_what_is_here(card: Card) -> None:
    lacking = {v.clip(f"bao-{n}vi").sha256 for n in range(3)}
    card.gone, arrivals = set(lacking), Arrivals(card.find)
    assert arrivals.absent(STORM) == lacking
    card.asked = 0
    assert not arrivals.changed(0.0)
    assert card.asked <= len(lacking) + IN_TURN
    card.gone.pop()
    assert arrivals.changed(1.0), "what comes is noticed at the next look"


def test_one_that_goes_is_noticed_when_its_turn_comes(card: Card) -> None:
    arrivals = Arrivals(card.find)
    arrivals.absent(STORM)
    card.gone = {v.clip("bao-99vi").sha256}
    assert any(arrivals.changed(float(second)) for second in range(102 // IN_TURN + 1))
    assert arrivals.absent(STORM) == card.gone
