"""The voice's pulse: it beats through a held-up loop for a while, and stops with one that hangs."""

import threading

from audio.driver import pulse
from audio.driver.pulse import EVERY, PATIENCE, Pulse
from audio.driver.ring import Ring, make
from tests.audio.conftest import until


def test_it_beats_while_the_loop_works_and_through_a_short_stall_but_not_for_one_that_hangs(monkeypatch, tmp_path):
    now = [100.0]
    monkeypatch.setattr(pulse, "boottime", lambda: now[0])
    ring, beating = Ring(make(tmp_path / "ring")), Pulse(lambda: ring)
    try:
        beating.worked()
        until(lambda: ring.pulse == 100.0, "a beat")
        now[0] += PATIENCE - EVERY
        until(lambda: ring.pulse == now[0], "a beat during the stall")
        now[0] += 2 * EVERY
        assert not threading.Event().wait(3 * EVERY)
        assert ring.pulse < now[0]
        beating.worked()
        until(lambda: ring.pulse == now[0], "a beat after it")
    finally:
        beating.close()


def test_the_next_ring_beats_too(tmp_path):
    rings = [None]
    beating = Pulse(lambda: rings[0])
    try:
        beating.worked()
        rings[0] = Ring(make(tmp_path / "ring"))
        until(lambda: rings[0].pulse, "a beat in the ring that came")
    finally:
        beating.close()
