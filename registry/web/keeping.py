"""The time against which expiry is judged: the clock as far as it is trusted, never below the newest signed date seen."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from bundle.base import Instant, Model
from bundle.errors import Refused
from bundle.parse import parse
from device.clock import BUILT
from device.durable import replace
from director.moment import Moment
from evidence.records import ClockState

# A signed date far ahead of a trusted clock is a mistake at the centre; it must not make every unit refuse what is right.
AHEAD = timedelta(hours=24)
# The card is not written for every check.
STEP = timedelta(hours=1)


class Floor(Model):
    """``shelf/floor.json``: time does not go below this."""

    format: Literal[1] = 1
    floor: Instant


def reference_time(moment: Moment, floor: datetime) -> datetime:
    """The greater of *floor* and the clock; a clock in unknown state does not count."""
    return floor if moment.state is ClockState.UNKNOWN else max(floor, moment.wall)


def raised(floor: datetime, issued: datetime, moment: Moment) -> datetime:
    """The floor after something *issued* then was verified: it never falls, and never runs far ahead of a trusted clock."""
    if moment.state is ClockState.TRUSTED:
        issued = min(issued, moment.wall + AHEAD)
    return max(floor, issued)


def load_floor(shelf: Path) -> datetime:
    """The persisted floor; the date of this release when there is none or it cannot be read."""
    try:
        return max(BUILT, parse(Floor, (shelf / "floor.json").read_bytes(), "floor.json", cap=1024).floor)
    except (FileNotFoundError, Refused):
        return BUILT


def keep_floor(shelf: Path, floor: datetime) -> None:
    """Persist *floor* when it moved by an hour or more."""
    if floor - load_floor(shelf) >= STEP:
        replace(shelf / "floor.json", Floor(floor=floor).model_dump_json().encode())
