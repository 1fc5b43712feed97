"""The unit's own stop switch: its sensing contact, and the pure rule of when a stop holds.

1. A pressed switch stops the unit at once, and each press is a stop of its own with a number.
2. Releasing the switch, a restart and a power cut change nothing: the stop is latched.
3. A reset counts only while the switch is released, and only for the very stop that it names.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from gpiozero.pins import Factory

from audio.amplifier.bell import Bell
from audio.amplifier.contact import Contact
from device.inputs import Damaged, Reset, read_inputs, read_latch, read_reset
from device.paths import Paths
from device.settings import Pull, Settings, StopSwitch
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
    """The sensing contact between pin and ground, with the pin's own pull-up."""

    def __init__(self, wired: StopSwitch, contact: Contact) -> None:
        self._wired, self._contact = wired, contact

    def pressed(self) -> bool:
        """Whether it is pressed now; ``AmplifierLost`` when the pin does not answer: without its switch nothing may sound."""
        return self._contact.high() == self._wired.active_high


@contextmanager
def open_switch(settings: Settings, factory: Factory, bell: Bell) -> Iterator[Switch | None]:
    """The switch that the settings name, ``None`` where there is none; ``AmplifierLost`` when its pin cannot be had."""
    wired = settings.inputs.kill
    if wired is None:
        yield None
        return
    with closing(Contact("công tắc dừng / the stop switch", wired.pin, Pull.UP, factory, bell)) as contact:
        yield Switch(wired, contact)
