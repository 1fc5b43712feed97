"""The time against which expiry is judged: the clock as far as it is trusted, never below the newest signed date seen.

Dates count within one epoch of the root (see ``bundle.trust.epochs``): a signing computer that was set to 2040, or a thief who
signed that date, lifts the floor of a unit without a clock; the root that revokes the online key is what lowers it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Instant, Model
from bundle.errors import Refused
from bundle.trust import NewestRoot
from bundle.trust.verify import issued_of
from device.clock import BUILT
from device.durable import replace
from device.floor import AHEAD
from device.own import read_own
from director.age import usable
from director.moment import Moment
from evidence.records import ClockState

# The card is not written for every check.
STEP = timedelta(hours=1)


class Kept(Model):
    """``shelf/floor.json``: time does not go below *floor* while no newer epoch than *epoch* has begun."""

    format: Literal[1] = 1
    floor: Instant
    epoch: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True)
class Floor:
    """The newest signed date seen in *epoch*."""

    time: datetime = BUILT
    epoch: int = 1

    def below(self, root: NewestRoot, moment: Moment) -> "Floor":
        """The floor below this *root*: a newer epoch begins it anew, at the date that the root itself bears."""
        return self if root.epoch <= self.epoch else Floor(epoch=root.epoch).raised(_issued(root), root.epoch, moment)

    def raised(self, issued: datetime, epoch: int, moment: Moment) -> "Floor":
        """The floor after something *issued* then, in *epoch*, was verified: it never falls, and never runs far ahead of a clock
        that may be believed. A date of an older epoch counts no more.
        """
        if epoch < self.epoch:
            return self
        if usable(moment.state):
            # A signed date far ahead of the clock is a mistake at the centre; it must not make every unit refuse what is right.
            issued = min(issued, moment.wall + AHEAD)
        return Floor(max(self.time, issued), epoch)


def reference_time(moment: Moment, floor: Floor) -> datetime:
    """The greater of *floor* and the clock; a clock in unknown state does not count."""
    return floor.time if moment.state is ClockState.UNKNOWN else max(floor.time, moment.wall)


def load_floor(shelf: Path) -> Floor:
    """The persisted floor; the date of this release when there is none or it cannot be read."""
    try:
        kept = read_own(Kept, shelf / "floor.json")
    except (FileNotFoundError, ValidationError):
        return Floor()
    return Floor(max(BUILT, kept.floor), kept.epoch)


def keep_floor(shelf: Path, floor: Floor) -> None:
    """Persist *floor* when a new epoch began, or when it moved by an hour or more."""
    known = load_floor(shelf)
    if floor.epoch != known.epoch or floor.time - known.time >= STEP:
        replace(shelf / "floor.json", Kept(floor=floor.time, epoch=floor.epoch).model_dump_json().encode())


def _issued(root: NewestRoot) -> datetime:
    try:
        return issued_of(root.root, "root.json")
    except Refused:  # roots from before there were epochs bear no date
        return BUILT
