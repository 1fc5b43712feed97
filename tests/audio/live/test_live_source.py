"""What the feed reads of a live source: never short, never the past, over at its end."""

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.live.tuner import LiveSource
from audio.playing.feed import AHEAD

ENDS = 100.0


class Heard:
    """What is listened to: gives a steady loud value, or nothing while it is *dry*."""

    def __init__(self):
        self.ends, self.on_air, self.dry, self.given = ENDS, False, False, 0

    def read(self, frames, now):
        given = 0 if self.dry else frames
        self.given += given
        return np.full(given, 9000, np.int16)


class Reader:
    """The feed's side: keeps asking for what is missing of AHEAD, while 20 ms leave at each step."""

    def __init__(self, source, now=0.0):
        self.source, self.now, self.hand, self.out = source, now, 0, [np.empty(0, np.int16)]
        source.wait_from(now)

    def run(self, seconds):
        for _ in range(round(seconds * 50)):
            self.now += 0.02
            self.hand = max(0, self.hand - RATE // 50)
            while self.hand < AHEAD and len(samples := self.source.read(AHEAD - self.hand, self.now)):
                self.hand += len(samples)
                self.out.append(samples)
            self.least = min(self.hand, getattr(self, "least", AHEAD))
        return self


@pytest.fixture
def heard():
    return Heard()


def test_a_station_that_is_late_is_silence_and_no_underrun(heard):
    reader = Reader(LiveSource(lambda: heard)).run(3)
    heard.dry = True
    reader.run(10)
    assert reader.least > 0.4 * RATE, "the ring is never let run dry"
    assert not np.concatenate(reader.out)[-RATE:].any()


def test_little_is_kept_in_the_ring_so_that_the_buffer_evens_the_jitter(heard):
    assert Reader(LiveSource(lambda: heard)).run(3).hand <= 1.1 * RATE


def test_what_is_read_before_its_turn_is_silence_because_it_would_be_the_past(heard):
    source = LiveSource(lambda: heard)
    assert not source.read(4800, 0.0).any()
    assert heard.given == 0
    assert not heard.on_air


def test_joining_rises_from_silence(heard):
    first = np.concatenate(Reader(LiveSource(lambda: heard)).run(0.1).out)
    assert abs(int(first[0])) < 10
    assert first[RATE // 20] == 9000


def test_it_is_over_at_its_end_and_off_air_when_closed(heard):
    source = LiveSource(lambda: heard)
    reader = Reader(source, ENDS - 5).run(6)
    assert source.finished
    assert len(np.concatenate(reader.out)) / RATE == pytest.approx(5.0, abs=0.1)
    source.close()
    assert not heard.on_air


def test_another_address_in_the_middle_of_the_slot_is_joined_and_what_nobody_wants_any_more_is_over(heard):
    other, present = Heard(), [heard]
    source = LiveSource(lambda: present[0])
    reader = Reader(source).run(1)
    present[0] = other
    reader.run(1)
    assert other.on_air
    assert other.given > 0.9 * RATE
    present[0] = None
    reader.run(0.1)
    assert source.finished
