"""The service button: held for its seconds it asks once; a touch, a button that hangs and a broken one ask for nothing."""

import threading
from contextlib import closing

from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from audio.amplifier.bell import Bell
from audio.amplifier.button import UNREAD, Button, Hold, judge, open_button
from audio.amplifier.main import serve
from device.clock import make_clock
from device.errors import AmplifierLost
from device.inputs import read_inputs
from device.settings import InputSettings, ServiceButton, load_settings
from device.status import read_status
from device.watchdog import Watchdog
from tests.audio.conftest import until

PIN = 5
NEEDED = 3.0


class Contact:
    """An input as a test sets it; low is pressed."""

    def __init__(self, pressed=False):
        self.pressed, self.broken = pressed, False

    def high(self):
        if self.broken:
            raise AmplifierLost("gone")
        return not self.pressed


def button(contact):
    return Button(ServiceButton(pin=PIN, hold_seconds=NEEDED), contact)


def test_a_hold_counts_once_when_it_is_long_enough():
    contact = Contact()
    made = button(contact)
    assert made.look(0.0) is None
    contact.pressed = True
    assert [made.look(at) for at in (1.0, 3.9, 4.0, 9.0)] == [None, None, 4.0, 4.0]
    contact.pressed = False
    assert made.look(10.0) == 4.0
    contact.pressed = True
    assert [made.look(at) for at in (20.0, 22.9, 23.1)] == [4.0, 4.0, 23.1]


def test_a_button_that_hangs_since_the_start_asks_for_nothing_until_it_was_released():
    contact = Contact(pressed=True)
    made = button(contact)
    assert [made.look(at) for at in (0.0, 10.0, 600.0)] == [None, None, None]
    contact.pressed = False
    made.look(700.0)
    contact.pressed = True
    made.look(701.0)
    assert made.look(705.0) == 705.0


def test_a_button_that_cannot_be_read_is_told_and_raises_nothing():
    contact = Contact()
    made = button(contact)
    made.look(0.0)
    contact.broken = True
    assert (made.look(1.0), made.unread) == (None, (UNREAD,))
    assert Button(ServiceButton(pin=PIN), None).unread == (UNREAD,)
    assert Button(None, None).unread == ()


@given(st.lists(st.tuples(st.floats(0.01, 5.0), st.booleans()), max_size=40))
def test_whatever_a_hand_does_a_hold_is_as_many_seconds_without_a_release(steps):
    hold, now, since, expected = Hold(), 0.0, None, None
    for seconds, pressed in steps:
        now += seconds
        since = (now if since is None else since) if pressed else None
        before, hold = hold, judge(hold, pressed, now, NEEDED)
        if hold.held != before.held:
            assert since is not None
            assert now - since >= NEEDED
            assert expected != since, "one press counts once"
            expected = since


def test_the_amplifier_program_tells_of_a_hold_also_where_there_is_no_amplifier(bench):
    inputs = InputSettings(service=ServiceButton(pin=PIN, hold_seconds=1.0))
    settings = load_settings(bench.paths.unit_toml).model_copy(update={"inputs": inputs, "amplifier": ()})
    factory, end = MockFactory(), threading.Event()
    clock = make_clock(settings, bench.paths)
    thread = threading.Thread(target=serve, args=(bench.paths, settings, clock, end, factory, Watchdog(None)))
    thread.start()
    try:
        until(lambda: read_inputs(bench.paths), "the first reading")
        assert read_inputs(bench.paths).service is None
        factory.pin(PIN).drive_low()
        held = until(lambda: (found := read_inputs(bench.paths)) and found.service, "the hold")
        assert clock.now().mono - held < 60
        assert read_status(bench.paths, "amplifier").ready
    finally:
        end.set()
        thread.join(10)


def test_without_its_pin_the_unit_goes_on(bench):
    settings = load_settings(bench.paths.unit_toml)

    class Gone(MockFactory):
        def pin(self, name):
            raise OSError("no such pin")

    wired = settings.model_copy(update={"inputs": InputSettings(service=ServiceButton(pin=PIN))})
    with closing(Bell()) as bell, open_button(wired, Gone(), bell) as made:
        assert (made.look(1.0), made.unread) == (None, (UNREAD,))
