"""A change of a channel's bundle, and the next bundle that it makes of the released one: folder and phone share one truth. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from bundle.base import Identifier, Line, Model
from bundle.errors import Refused, refuse
from bundle.items import Announcement, Item, Notice, Rebroadcast, Session
from bundle.manifest import Bundle, items
from bundle.parse import complaints
from bundle.policy import StopList

GOOD_FOR = timedelta(days=30)
"""How long the first bundle of a channel is new; later ones as long as the one before."""
REMEMBERED = timedelta(days=1)
"""What ended longer ago than this leaves the bundle with the next change; what was released stays in the tree's history."""

I = TypeVar("I", bound=Item)  # noqa: E741 - the usual name


class Change(Model):
    """Items that are *put*, new or in the place of those with their names, and names that are *removed*."""

    notices: tuple[Notice, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    sessions: tuple[Session, ...] = ()
    removed: tuple[Identifier, ...] = ()

    @property
    def put(self) -> tuple[Notice | Announcement | Session, ...]:
        """Every item that is put."""
        return (*self.notices, *self.announcements, *self.sessions)


class Ground(Model):
    """What the first bundle of a *channel* says of itself."""

    channel: str
    title: Line
    area_name: Line
    contact: Line


def applied(change: Change, released: Bundle | None, stops: StopList | None, ground: Ground | None, now: datetime) -> Bundle:
    """The bundle after *released*, else the first, on *ground*; ``Refused`` when its items would not hold together.

    What one person withdrew does not come back with it, even if *change* puts it: whoever made the change had not seen the stop.
    What has ended leaves; sessions go on without what is gone.
    """
    base = released or first(ground, now)
    gone = withdrawn(base.version, stops) | ({*change.removed, *_ended(base, now)} - {item.id for item in change.put})
    sessions = tuple(_without(session, gone) for session in _merged(base.sessions, change.sessions, gone))
    kept = tuple(each for each in sessions if each.order)
    put: dict[str, Any] = {
        "version": (released.version if released else 0) + 1,
        "made": now.replace(microsecond=0),
        "valid_until": now.replace(microsecond=0) + (base.valid_until - base.made),
        "notices": _merged(base.notices, change.notices, gone),
        "tickers": _merged(base.tickers, (), gone),
        "announcements": _merged(base.announcements, change.announcements, gone),
        "phrases": _merged(base.phrases, (), gone),
        "rebroadcasts": tuple(_falling_back(each, gone) for each in _merged(base.rebroadcasts, (), gone)),
        "sessions": kept,
        "live_grants": _merged(base.live_grants, (), gone),
        "sponsors": _merged(base.sponsors, (), gone),
        "local_bulletin": tuple(name for name in base.local_bulletin if name not in gone),
    }
    try:
        # A copy is not validated: this is.
        return Bundle.model_validate({name: getattr(base, name) for name in Bundle.model_fields} | put)
    except ValidationError as problem:
        raise Refused(*complaints(problem, "gói (bundle)")) from None


def first(ground: Ground | None, now: datetime) -> Bundle:
    """An empty bundle; ``Refused`` when nobody said what stands on it."""
    if ground is None:
        what = "kênh chưa phát hành lần nào: thiếu nơi liên hệ / nothing was ever released here: say whom villagers may turn to"
        raise refuse("contact", what, "ghi nơi liên hệ của xã / write it in the form")
    made = now.replace(microsecond=0)
    told = ground.model_dump()
    return Bundle(format=1, version=1, made=made, valid_until=made + GOOD_FOR, **told)


def withdrawn(version: int, stops: StopList | None) -> set[str]:
    """What *stops* takes off the air of the bundle of this *version*."""
    return {entry.item for entry in stops.withdrawn if entry.version >= version} if stops else set()


def _ended(base: Bundle, now: datetime) -> Iterable[str]:
    return [item.id for item in items(base) if item.valid_until is not None and item.valid_until < now - REMEMBERED]


def _merged(old: Sequence[I], put: Sequence[I], gone: set[str]) -> tuple[I, ...]:
    """*old* without what is *gone*, each *put* item in the place of its elder or behind all."""
    new = {item.id: item for item in put if item.id not in gone}
    kept = [new.pop(item.id, item) for item in old if item.id not in gone]
    return (*kept, *new.values())


def _without(session: Session, gone: set[str]) -> Session:
    return session.model_copy(update={"order": tuple(name for name in session.order if name not in gone)})


def _falling_back(rebroadcast: Rebroadcast, gone: set[str]) -> Rebroadcast:
    return rebroadcast.model_copy(update={"fallback": tuple(name for name in rebroadcast.fallback if name not in gone)})
