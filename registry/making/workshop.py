"""Makes every item of one folder in turn, tells the progress, and gathers all faults of the media before giving up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from bundle.alert import Alert
from bundle.errors import Complaint, Refused
from bundle.items import Announcement, Item, Notice, Phrase, Rebroadcast, Session, SponsorMark, Ticker
from bundle.manifest import Bundle
from bundle.parse import complaints
from registry.making.emergencies import make_alert
from registry.making.findings import Findings
from registry.making.fitting import check_lengths
from registry.making.items import make_announcement, make_notice, make_phrase, make_rebroadcast, make_session, make_sponsor, make_ticker
from registry.making.reading import Source
from registry.making.spoken import Speaker


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
        notices, announcements, phrases, sessions = self._notices(), self._announcements(), self._phrases(), self._sessions()
        tickers, rebroadcasts, sponsors = self._tickers(), self._rebroadcasts(), self._sponsors()
        check_lengths(sessions, announcements, rebroadcasts, self.findings)
        self.findings.refuse()
        try:
            return self._assembled(
                version,
                notices=notices,
                tickers=tickers,
                announcements=announcements,
                phrases=phrases,
                rebroadcasts=rebroadcasts,
                sessions=sessions,
                sponsors=sponsors,
            )
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
                **items,
            }
        )

    def alerts(self) -> dict[str, Alert]:
        """The emergencies by slug; faults wait in *findings*."""
        made = {}
        for source in self.source.alerts:
            with self._step(source.where):
                made[source.slug] = make_alert(self.source.programme, source, self.made, self.speaker)
        return made

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

    def _notices(self) -> tuple[Notice, ...]:
        made = []
        for notice in self.source.notices:
            with self._step(notice.main.where):
                made.append(make_notice(self.source.programme, notice, self.source.folder, self.speaker.blobs))
        return tuple(made)

    def _announcements(self) -> tuple[Announcement, ...]:
        made = []
        for announcement in self.source.announcements:
            with self._step(announcement.main.where):
                made.append(make_announcement(self.source.programme, announcement, self.speaker))
        return tuple(made)

    def _phrases(self) -> tuple[Phrase, ...]:
        made = []
        for phrase in self.source.phrases:
            with self._step(phrase.main.where):
                made.append(make_phrase(self.source.programme, phrase, self.speaker))
        return tuple(made)

    def _sessions(self) -> tuple[Session, ...]:
        made = []
        for number, entry in enumerate(self.source.programme.session, 1):
            with self._step(f"programme.toml: session[{number}]"):
                made.append(make_session(self.source.programme, entry))
        return tuple(made)

    def _tickers(self) -> tuple[Ticker, ...]:
        made = []
        for number, entry in enumerate(self.source.programme.ticker, 1):
            with self._step(f"programme.toml: ticker[{number}]"):
                made.append(make_ticker(self.source.programme, entry))
        return tuple(made)

    def _rebroadcasts(self) -> tuple[Rebroadcast, ...]:
        made = []
        for number, entry in enumerate(self.source.programme.rebroadcast, 1):
            with self._step(f"programme.toml: rebroadcast[{number}]"):
                made.append(make_rebroadcast(self.source.programme, entry))
        return tuple(made)

    def _sponsors(self) -> tuple[SponsorMark, ...]:
        made = []
        for number, entry in enumerate(self.source.programme.sponsor, 1):
            where = f"programme.toml: sponsor[{number}]"
            with self._step(where):
                made.append(make_sponsor(self.source.programme, entry, self.source.folder, f"{where}.picture", self.speaker.blobs))
        return tuple(made)


def _complaints(problem: ValidationError, where: str) -> Iterator[Complaint]:
    for found in complaints(problem, where):
        yield Complaint(found.where, f"không hợp lệ / not valid: {found.what}", "sửa giá trị / correct the value")
