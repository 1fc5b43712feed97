"""Everything of a draft that a board may show, each as the decision that would put it there. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bundle.alert import Alert, Status
from bundle.area import ancestors
from bundle.items import VIETNAMESE, Notice, Recorded, Wording
from bundle.manifest import Bundle
from bundle.policy import Policy
from director.decision import AlertPage, CaptionPage, Main, NoticePage, ScreenDecision
from director.programme import Cell, Programme, Site
from director.rotation import ticker_lines


class Kind(Enum):
    """Why it would stand on a board; Vietnamese, then English."""

    EMERGENCY = ("tin khẩn cấp", "emergency")
    EXERCISE = ("diễn tập", "exercise")
    NOTICE = ("tin trên bảng", "notice")
    CAPTION = ("lời loa đang nói", "words that sound")


@dataclass(frozen=True)
class Scene:
    """One version of one item. What sounds is *speech* seconds long, and its words stand until *until* seconds after its beginning."""

    kind: Kind
    item: str
    language: str
    title: str
    decision: ScreenDecision
    speech: float | None = None
    until: float | None = None

    @property
    def name(self) -> str:
        """How its files are called; an item has a name of its own within its draft."""
        return f"{self.kind.name.lower()}-{self.item}-{self.language}"


def scenes(bundle: Bundle, alerts: Mapping[str, Alert]) -> tuple[Scene, ...]:
    """Emergencies first, then notices in their order, then what sounds: each in every language that it has."""
    return (*_emergencies(bundle, alerts), *_notices(bundle), *_captions(bundle))


def _emergencies(bundle: Bundle, alerts: Mapping[str, Alert]) -> Iterator[Scene]:
    for slug, alert in sorted(alerts.items(), key=lambda each: (each[1].status is not Status.ACTUAL, each[0])):
        kind = Kind.EMERGENCY if alert.status is Status.ACTUAL else Kind.EXERCISE
        for text in alert.versions:
            decision = ScreenDecision(AlertPage(bundle.channel, alert, (text,)), None, area_name=bundle.area_name, contact=bundle.contact)
            yield Scene(kind, slug, text.language, text.headline, decision)


def _notices(bundle: Bundle) -> Iterator[Scene]:
    pairs = [(notice, wording) for notice in bundle.notices for wording in _ordered(notice)]
    for position, (notice, wording) in enumerate(pairs, 1):
        main = NoticePage(bundle.channel, bundle.version, notice, wording, position, len(pairs))
        yield Scene(Kind.NOTICE, notice.id, wording.language, wording.title, _around(bundle, main))


def _captions(bundle: Bundle) -> Iterator[Scene]:
    linger = Policy.model_fields["caption_linger"].default
    spoken: tuple[Recorded, ...] = (*bundle.announcements, *bundle.phrases)
    for item in spoken:
        for words in item.versions:
            wording = Wording(language=words.language, title=words.title, body=words.body)
            main = CaptionPage(bundle.channel, bundle.version, item.id, wording, f"{item.id}@preview")
            until = words.clip.duration + linger
            yield Scene(Kind.CAPTION, item.id, words.language, words.title, _around(bundle, main), words.clip.duration, until)


def _ordered(notice: Notice) -> list[Wording]:
    return sorted(notice.versions, key=lambda wording: (wording.language != VIETNAMESE, wording.language))


def _around(bundle: Bundle, main: Main) -> ScreenDecision:
    """The same running lines and a sponsor's mark around every page: a board that has all of it leaves the least room."""
    languages = sorted({wording.language for ticker in bundle.tickers for wording in ticker.versions}, key=lambda each: each != VIETNAMESE)
    site = Site("", bundle.channel, bundle.area_name, ancestors(bundle.channel), tuple(languages))
    running = ticker_lines(Programme(site, (Cell(bundle.channel, bundle.made, bundle),)), bundle.made)
    mark = bundle.sponsors[0] if bundle.sponsors else None
    return ScreenDecision(main, None, running, mark, area_name=bundle.area_name, contact=bundle.contact)


def moment_of(scene: Scene, made: datetime) -> datetime:
    """The instant at which *scene* is drawn: an emergency when it is sent, anything else when the draft was made."""
    return scene.decision.main.alert.sent if isinstance(scene.decision.main, AlertPage) else made
