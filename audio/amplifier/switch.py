"""The unit's own stop switch: its sensing contact, and the pure rule of when a stop holds.

1. A pressed switch stops the unit at once, and each press is a stop of its own with a number.
2. Releasing the switch, a restart and a power cut change nothing: the stop is latched.
3. A reset counts only while the switch is released, and only for the very stop that it names.
"""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace

from gpiozero import DigitalInputDevice
from gpiozero.pins import Factory

from device.inputs import Damaged, Reset, read_inputs, read_latch, read_reset
from device.paths import Paths
from device.pins import pin_trouble
from device.settings import Settings, StopSwitch
from director.moment import Moment


@dataclass(frozen=True)
class Stop:
    """Stop number *count* holds or is over, let go by *person*; *pressed* is the switch itself, None where there is none."""

    count: int = 0
    holds: bool = False
    pressed: bool | None = None
    person: str | None = None


def judge(stop: Stop, pressed: bool | None, reset: Reset | None) -> Stop:
    """The stop after a look at the switch."""
    if pressed and not stop.pressed:
        return Stop(stop.count + 1, True, pressed)
    if stop.holds and not pressed and reset is not None and reset.count == stop.count:
        return Stop(stop.count, False, pressed, reset.person)
    return replace(stop, pressed=pressed)


def recall(paths: Paths, now: Moment) -> Stop:
    """The stop as it was when this program last ran; a latch that cannot be read holds as a new stop."""
    try:
        latch = read_latch(paths)
    except Damaged:
        reset = read_reset(paths)
        return Stop(reset.count + 1 if reset else 1, True)
    inputs = read_inputs(paths)
    newest = Stop(latch.count, latch.stopped) if latch else Stop()
    # A card that took no latch: what was seen in this boot still holds.
    if inputs is not None and inputs.at.boot == now.boot and inputs.stopped and inputs.count >= newest.count:
        return Stop(inputs.count, True)
    return newest


class Switch:
    """The sensing contact between pin and ground, with the pin's own pull-up; *bell* can be read when it has moved."""

    def __init__(self, wired: StopSwitch, device: DigitalInputDevice) -> None:
        self._wired, self._device = wired, device
        self.bell, self._ringer = socket.socketpair()
        self.bell.setblocking(False)
        self._ringer.setblocking(False)
        device.when_activated = device.when_deactivated = self._ring

    def close(self) -> None:
        """Give the pin back."""
        self._device.close()
        self.bell.close()
        self._ringer.close()

    def pressed(self) -> bool:
        """Whether it is pressed now; ``AmplifierLost`` when the pin does not answer: without its switch nothing may sound."""
        with pin_trouble("không đọc được công tắc dừng / the stop switch cannot be read"):
            high = not self._device.value  # with its pull-up on, gpiozero calls a low pin active
        return high == self._wired.active_high

    def _ring(self) -> None:
        # From a thread of gpiozero's. A bell that was not answered yet rings already.
        with suppress(OSError):
            self._ringer.send(b"!")


@contextmanager
def open_switch(settings: Settings, factory: Factory) -> Iterator[Switch | None]:
    """The switch that the settings name, ``None`` where there is none; ``AmplifierLost`` when its pin cannot be had."""
    wired = settings.inputs.kill
    if wired is None:
        yield None
        return
    with pin_trouble(f"không mở được chân {wired.pin} của công tắc dừng / the stop switch's pin cannot be opened"):
        device = DigitalInputDevice(wired.pin, pull_up=True, pin_factory=factory)
    with closing(Switch(wired, device)) as switch:
        yield switch
