"""A program that is told to end hears it, whatever it is doing at that moment."""

import signal
import subprocess
import sys

import pytest

WHILE_IT_WAITS = """
import os, signal, sys
from device.stopping import stop_signals

with stop_signals() as stop:
    with stop._cond:  # as in the first and the last instructions of a wait
        os.kill(os.getpid(), int(sys.argv[1]))
        for _ in range(1000):
            pass
    stop.wait()
"""

BEFORE_AND_AFTER = """
import os, signal
from device.stopping import stop_signals

before = signal.getsignal(signal.SIGTERM)
with stop_signals() as stop:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    stop.wait()
with stop_signals() as stop:
    assert not stop.is_set()
assert signal.getsignal(signal.SIGTERM) == before
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_the_wait_is_no_deadlock(number):
    subprocess.run([sys.executable, "-c", WHILE_IT_WAITS, str(int(number))], timeout=30, check=True)


def test_each_block_has_an_event_of_its_own_and_leaves_the_signals_as_they_were():
    subprocess.run([sys.executable, "-c", BEFORE_AND_AFTER], timeout=30, check=True)
