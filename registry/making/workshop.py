"""Makes every item of one folder in turn, tells the progress, and gathers all faults of the media before giving up."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from bundle.alert import Alert
from bundle.errors import Complaint, Refused
from bundle.items import Item
from bundle.manifest import Bundle
from bundle.parse import complaints
from registry.making.emergencies import make_alert
from registry.making.findings import Findings
from registry.making.fitting import check_lengths
from registry.making.items import (
    make_announcement,
    make_live_grant,
    make_notice,
    make_phrase,
    make_rebroadcast,
    make_session,
    make_sponsor,
    make_ticker,
)
from registry.making.reading import Source, Written
from registry.making.spoken import Speaker

S = TypeVar("S")
M = TypeVar("M")
W = TypeVar("W", bound=Written[Any, Any])


@dataclass(frozen=True)
class Workshop:
    """One run over a *source* whose files were found sound."""

    source: Source
    speaker: Speaker
    made: datetime
    progress: Callable[[str], None]
    findings: Findings = field(default_factory=Findings)

    def bundle(self, version: int) -> Bundle:
        """The bundle; ``Refused`` with every fault of its media and of the emergencies made before."""
        source, programme, speaker = self.source, self.source.programme, self.speaker
        made: dict[str, tuple[Item, ...]] = {
            "notices": self._each(_files(source.notices), lambda each, _: make_notice(programme, each, source.folder, speaker.blobs)),
            "tickers": self._each(_tables("ticker", programme.ticker), lambda each, _: make_ticker(programme, each)),
            "phrases": self._each(_files(source.phrases), lambda each, _: make_phrase(programme, each, speaker)),
            "live_grants": self._each(_tables("live_grant", programme.live_grant), lambda each, _: make_live_grant(programme, each)),
            "sponsors": self._each(
                _tables("sponsor", programme.sponsor),
                lambda each, where: make_sponsor(programme, each, source.folder, f"{where}.picture", speaker.blobs),
            ),
        }
        announcements = self._each(_files(source.announcements), lambda each, _: make_announcement(programme, each, speaker))
        sessions = self._each(_tables("session", programme.session), lambda each, _: make_session(programme, each))
        rebroadcasts = self._each(_tables("rebroadcast", programme.rebroadcast), lambda each, _: make_rebroadcast(programme, each))
        check_lengths(sessions, announcements, rebroadcasts, self.findings)
        self.findings.refuse()
        try:
            return self._assembled(version, announcements=announcements, sessions=sessions, rebroadcasts=rebroadcasts, **made)
        # Too many of one kind: every single item was sound.
        except ValidationError as problem:
            raise Refused(*_complaints(problem, "bundle.json")) from None

    def _assembled(self, version: int, **items: tuple[Item, ...]) -> Bundle:
        programme = self.source.programme
        return Bundle.model_validate(
            {
                "format": 1,
                "channel": programme.channel,
                "version": version,
                "title": programme.title,
                "area_name": programme.area_name,
                "contact": programme.contact,
                "made": self.made,
                "valid_until": self.made + timedelta(days=programme.valid_days),
                "local_bulletin": tuple(programme.local_bulletin),
                "layouts": tuple(programme.layout),
                **items,
            }
        )

    def alerts(self) -> dict[str, Alert]:
        """The emergencies by slug; faults wait in *findings*."""
        sources = [(source.where, source) for source in self.source.alerts]
        made = self._each(sources, lambda each, _: (each.slug, make_alert(self.source.programme, each, self.made, self.speaker)))
        return dict(made)

    @contextmanager
    def _step(self, where: str) -> Iterator[None]:
        self.progress(where)
        try:
            yield
        except Refused as refused:
            self.findings.take(refused)
        # What our own input models let through and the bundle's do not is still the officer's to correct.
        except ValidationError as problem:
            self.findings.take(Refused(*_complaints(problem, where)))
        for line in self.speaker.review.news():
            self.progress(f"    {line}")

    def _each(self, sources: Iterable[tuple[str, S]], make: Callable[[S, str], M]) -> tuple[M, ...]:
        """What *make* makes of each source and its place; faults wait in *findings*."""
        made = []
        for where, source in sources:
            with self._step(where):
                made.append(make(source, where))
        return tuple(made)


def _files(sources: Iterable[W]) -> Iterator[tuple[str, W]]:
    return ((source.main.where, source) for source in sources)


def _tables(kind: str, entries: Iterable[S]) -> Iterator[tuple[str, S]]:
    return ((f"programme.toml: {kind}[{number}]", entry) for number, entry in enumerate(entries, 1))


def _complaints(problem: ValidationError, where: str) -> Iterator[Complaint]:
    for found in complaints(problem, where):
        yield Complaint(found.where, f"không hợp lệ / not valid: {found.what}", "sửa giá trị / correct the value")
