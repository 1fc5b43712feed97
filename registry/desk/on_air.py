"""What of a channel's released bundle people see and hear now, as the entries that an officer can stop. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.base import Language
from bundle.items import Announcement, Item, Notice, Session, Ticker
from bundle.manifest import Bundle
from bundle.policy import StopList
from bundle.schedule import occurrences
from registry.desk.change import withdrawn
from registry.desk.composing import NOTICE, parts_of

AHEAD = timedelta(days=8)


@dataclass(frozen=True)
class Entry:
    """*items* go off the air together when *name* is stopped; *next* is when it sounds next within `AHEAD`, *until* when it ends.

    *boards* and *sounds*: where it comes. *languages* are those in which a board may show it. *followed* are those of the items
    of which the registry counts whom they have reached.
    """

    name: str
    title: str
    items: tuple[str, ...]
    boards: bool
    sounds: bool
    next: datetime | None
    until: datetime | None
    areas: tuple[str, ...]
    languages: tuple[Language, ...] = ()
    followed: tuple[str, ...] = ()


def entries(bundle: Bundle | None, stops: StopList | None, now: datetime) -> tuple[Entry, ...]:
    """What stands or is planned, in the order of the bundle; not what one person stopped, nor what has ended."""
    if bundle is None:
        return ()
    gone = withdrawn(bundle.version, stops)
    return tuple(each for each in every_entry(bundle, now) if not gone & set(each.items) and not _has_ended(each, now))


def every_entry(bundle: Bundle, now: datetime) -> Iterator[Entry]:
    """The same with what was stopped or has ended."""
    spoken = {announcement.id for announcement in bundle.announcements}
    for announcement in bundle.announcements:
        yield _spoken(bundle, announcement, now)
    for notice in bundle.notices:
        if notice.id.removesuffix(NOTICE) not in spoken:
            yield _shown(notice)
    yield from map(_shown, bundle.tickers)
    for live in bundle.rebroadcasts:
        sessions = [session for session in bundle.sessions if live.id in session.order]
        yield Entry(live.id, live.title, (live.id,), False, True, _next(sessions, now), live.valid_until, live.areas)


def _spoken(bundle: Bundle, item: Announcement, now: datetime) -> Entry:
    naming = [session for session in bundle.sessions if item.id in session.order]
    notices = [notice for notice in bundle.notices if notice.id in parts_of(item.id)]
    # A session of nothing else ends with it; one of several items goes on without it.
    alone = [session.id for session in naming if session.order == (item.id,)]
    names = (item.id, *alone, *(notice.id for notice in notices))
    languages = tuple(version.language for version in item.versions)
    ends, title = _end(item, *notices), item.versions[0].title
    followed = tuple(each.id for each in (item, *notices) if each.essential)
    return Entry(item.id, title, names, bool(notices), True, _next(naming, now), ends, item.areas, languages, followed)


def _shown(item: Notice | Ticker) -> Entry:
    languages = tuple(version.language for version in item.versions)
    followed = (item.id,) if item.essential and isinstance(item, Notice) else ()
    return Entry(item.id, item.versions[0].title, (item.id,), True, False, None, item.valid_until, item.areas, languages, followed)


def _end(*items: Item) -> datetime | None:
    ends = [item.valid_until for item in items]
    return None if None in ends else max(end for end in ends if end is not None)


def _next(sessions: list[Session], now: datetime) -> datetime | None:
    found = (start for session in sessions for start in occurrences(session.schedule, now, now + AHEAD))
    return min(found, default=None)


def _has_ended(entry: Entry, now: datetime) -> bool:
    return entry.until is not None and entry.until <= now
