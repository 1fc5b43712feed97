"""The bundle of one channel: everything the commune publishes, in one signed, versioned, immutable document."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bundle.area import AreaCode
from bundle.asset import Asset
from bundle.base import BulletinClass, Identifier, Instant, Line, Model
from bundle.items import Announcement, Item, LiveGrant, Notice, Phrase, Rebroadcast, Recorded, Session, SponsorMark, Ticker
from bundle.layout import Layout

MAX_ITEMS = 500
MAX_PHRASES = 100


class Bundle(Model):
    """``<channel>/bundle.json``. *valid_until* is when its content becomes old, not when the board goes blank.

    *local_bulletin* names the announcements that the units of this very channel speak in the place of a rebroadcast that they
    cannot receive, after its own fallback. Of *layouts* a board takes the first that is meant for its shape, if any.
    """

    format: Literal[1]
    channel: AreaCode
    version: Annotated[int, Field(gt=0)]
    title: Line
    area_name: Line
    contact: Line
    made: Instant
    valid_until: Instant
    notices: Annotated[tuple[Notice, ...], Field(max_length=MAX_ITEMS)] = ()
    tickers: Annotated[tuple[Ticker, ...], Field(max_length=100)] = ()
    announcements: Annotated[tuple[Announcement, ...], Field(max_length=MAX_ITEMS)] = ()
    phrases: Annotated[tuple[Phrase, ...], Field(max_length=MAX_PHRASES)] = ()
    rebroadcasts: Annotated[tuple[Rebroadcast, ...], Field(max_length=50)] = ()
    sessions: Annotated[tuple[Session, ...], Field(max_length=100)] = ()
    live_grants: Annotated[tuple[LiveGrant, ...], Field(max_length=20)] = ()
    sponsors: Annotated[tuple[SponsorMark, ...], Field(max_length=50)] = ()
    local_bulletin: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()
    layouts: Annotated[tuple[Layout, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _names_hold_together(self) -> Self:
        problems = [
            f"the name {name!r} stands {count} times" for name, count in Counter(item.id for item in items(self)).items() if count > 1
        ]
        problems += [
            f"the layout {name!r} stands {count} times"
            for name, count in Counter(layout.name for layout in self.layouts).items()
            if count > 1
        ]
        playable = {item.id for item in (*self.announcements, *self.rebroadcasts)}
        spoken = {item.id for item in self.announcements}
        for session in self.sessions:
            problems += [f"session {session.id!r} names {name!r}, which is not there" for name in session.order if name not in playable]
        for rebroadcast in self.rebroadcasts:
            problems += [
                f"rebroadcast {rebroadcast.id!r} falls back to {name!r}, which is not there"
                for name in rebroadcast.fallback
                if name not in spoken
            ]
        problems += [f"the local bulletin names {name!r}, which is not there" for name in self.local_bulletin if name not in spoken]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def items(bundle: Bundle) -> Iterator[Item]:
    """Every item, in the order of the document."""
    yield from bundle.notices
    yield from bundle.tickers
    yield from bundle.announcements
    yield from bundle.phrases
    yield from bundle.rebroadcasts
    yield from bundle.sessions
    yield from bundle.live_grants
    yield from bundle.sponsors


def assets(bundle: Bundle) -> dict[str, Asset]:
    """Every blob the bundle needs, by SHA-256."""
    return {asset.sha256: asset for item in items(bundle) for asset in _assets_of(item)}


def assets_by_class(bundle: Bundle) -> dict[BulletinClass, dict[str, Asset]]:
    """The same blobs by the class of their item, the most urgent first; one that several items share counts under the most urgent."""
    found: dict[BulletinClass, dict[str, Asset]] = {}
    listed: set[str] = set()
    for bulletin_class in (BulletinClass.EMERGENCY, BulletinClass.PRIORITY, BulletinClass.ROUTINE):
        wanted = [asset for item in items(bundle) if item.bulletin_class is bulletin_class for asset in _assets_of(item)]
        found[bulletin_class] = {asset.sha256: asset for asset in wanted if asset.sha256 not in listed}
        listed |= found[bulletin_class].keys()
    return found


def _assets_of(item: Item) -> tuple[Asset, ...]:
    match item:
        case Notice():
            return item.media
        case Recorded():
            return tuple(version.clip for version in item.versions)
        case SponsorMark():
            return (item.picture,)
        case _:
            return ()
