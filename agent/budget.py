"""How many bytes of a day go to which class of content. Pure: the moment is an argument.

A day is a local one while the clock is known, and else 24 hours by the clock that nobody can set. What was spent never comes
back before the day is over: not by a restart, and not because a clock became known or unknown.
"""

from datetime import date
from typing import Annotated, Literal, TypeVar, assert_never

from pydantic import Field

from bundle.base import BulletinClass, Model
from bundle.schedule import VIETNAM
from device.settings import DataBudget
from director.moment import Moment
from evidence.records import ClockState

MB = 1_000_000
DAY = 86_400.0

Count = Annotated[int, Field(ge=0)]
T = TypeVar("T", bound="Today")


class Today(Model):
    """What is counted of one *day*, which is ``None`` when it began under an unknown clock; *since* is monotonic seconds of *boot*."""

    day: date | None = None
    boot: Annotated[str, Field(max_length=64)] = ""
    since: float = 0.0


class Spent(Today):
    """``data-budget.json``: the bytes of one day by class; *always* are those that no budget holds back."""

    format: Literal[1] = 1
    routine: Count = 0
    priority: Count = 0
    always: Count = 0

    @property
    def total(self) -> int:
        """All bytes of the day."""
        return self.routine + self.priority + self.always


def at(spent: T, moment: Moment) -> T:
    """What is spent of the day in which *moment* lies."""
    if moment.state is ClockState.UNKNOWN:
        if spent.boot != moment.boot:
            # How long the unit was off nobody knows: the day goes on from here.
            return spent.model_copy(update={"boot": moment.boot, "since": moment.mono})
        return spent if moment.mono - spent.since < DAY else type(spent)(boot=moment.boot, since=moment.mono)
    today = moment.local(VIETNAM).date()
    if spent.day is None:
        return spent.model_copy(update={"day": today, "boot": moment.boot, "since": moment.mono})
    return spent if spent.day == today else type(spent)(day=today, boot=moment.boot, since=moment.mono)


def counted(spent: Spent, bulletin_class: BulletinClass, size: int) -> Spent:
    """*spent* with *size* bytes more."""
    name = _field(bulletin_class)
    return spent.model_copy(update={name: getattr(spent, name) + size})


def left(budget: DataBudget, spent: Spent, bulletin_class: BulletinClass) -> int | None:
    """The bytes that this class may still fetch today, 0 when it must wait; ``None`` where nothing holds it back."""
    match bulletin_class:
        case BulletinClass.EMERGENCY:
            return None
        case BulletinClass.PRIORITY:
            limit = budget.priority_mb
        case BulletinClass.ROUTINE:
            limit = budget.routine_mb
        case _:
            assert_never(bulletin_class)
    return None if limit is None else max(0, int(limit * MB) - int(getattr(spent, _field(bulletin_class))))


def _field(bulletin_class: BulletinClass) -> str:
    return "always" if bulletin_class is BulletinClass.EMERGENCY else bulletin_class.value
