"""The unit's own stop switch as all programs see it: its latch on the card, its reading in RAM, and the reset by a person."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from bundle.base import Identifier, Line, Model
from device.candidate import key
from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from evidence.records import Stamp

FRESH = 6.0
"""Seconds for which a reading is believed: the amplifier program repeats it every two."""
SILENCED = "silenced-on-site: đã dừng bằng công tắc tại chỗ / stopped at the unit's own switch"
"""The reason that every program gives; the registry knows it by the word before the colon."""


class Contact(StrEnum):
    """What the sensing contact says; a sensor that does not answer is UNKNOWN, never released."""

    PRESSED = "pressed"
    RELEASED = "released"
    UNKNOWN = "unknown"
    NONE = "none"


class Inputs(Model):
    """``run/bangtin/inputs.json``: the *switch* now, and whether stop number *count* holds.

    *service* is when the service button was last held long enough, in monotonic seconds of the same boot. *lines* is which amplifier
    lines are switched on.
    """

    format: Literal[1] = 1
    at: Stamp
    switch: Contact
    stopped: bool
    count: Annotated[int, Field(ge=0)]
    service: float | None = None
    lines: dict[Identifier, bool] = Field(default_factory=dict)


class Latch(Model):
    """``stop/latch.json``: stop number *count* holds, or *person* let the unit go on; it outlives the power."""

    format: Literal[1] = 1
    count: Annotated[int, Field(ge=0)]
    stopped: bool
    at: Stamp
    person: Line | None = None


class Reset(Model):
    """``holders/reset.json``: *person* lets the unit go on after stop number *count*, and after no other."""

    format: Literal[1] = 1
    count: Annotated[int, Field(ge=0)]
    person: Line
    at: Stamp


class Damaged(Exception):
    """A file of the switch is there and cannot be read: nobody knows what it said."""


_M = TypeVar("_M", bound=Model)


def read_inputs(paths: Paths) -> Inputs | None:
    """The last reading, of whatever boot; ``None`` when there is none that can be read."""
    try:
        return _read(Inputs, paths.inputs)
    except Damaged:
        return None


def read_latch(paths: Paths) -> Latch | None:
    """The latch, ``None`` before the switch was ever used; ``Damaged`` when it cannot be read."""
    return _read(Latch, paths.stop_latch)


def read_reset(paths: Paths) -> Reset | None:
    """The last reset, ``None`` when there is none that can be read: then the stop stays."""
    try:
        return _read(Reset, paths.stop_reset)
    except Damaged:
        return None


def contact(inputs: Inputs | None, moment: Moment) -> Contact:
    """What the switch says at *moment*: a reading of another boot, or one that is old, says nothing."""
    if inputs is None or inputs.at.boot != moment.boot or moment.mono - inputs.at.mono > FRESH:
        return Contact.UNKNOWN
    return inputs.switch


class OnSite:
    """Whether the unit was stopped at its own switch; asked ten times a second, so a file is read only when it was replaced.

    A stop that was seen holds until the amplifier program says that it is over: also when that program died, when the
    card took no latch (for this boot), and when the latch cannot be read.
    """

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._seen: object = None
        self._latched = False
        self._boot: str | None = None

    def stopped(self, moment: Moment) -> bool:
        """Whether it holds at *moment*."""
        seen = (key(self._paths.stop_latch), key(self._paths.inputs))
        if seen != self._seen:
            self._seen = seen
            try:
                latch = read_latch(self._paths)
                self._latched = latch is not None and latch.stopped
            except Damaged:
                self._latched = True
            inputs = read_inputs(self._paths)
            self._boot = inputs.at.boot if inputs is not None and inputs.stopped else None
        return self._latched or self._boot == moment.boot


def _read(model: type[_M], path: Path) -> _M | None:
    try:
        return read_own(model, path)
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as problem:
        raise Damaged(str(path)) from problem
