"""What a page has to say, whatever it is: a notice, the text of what sounds, or an emergency in one language. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

from bundle.alert import Alert, AlertText, RiskLevel, Status
from bundle.asset import Film, Picture
from bundle.base import BulletinClass
from bundle.items import VIETNAMESE, Provenance
from director.decision import AlertPage, CaptionPage, NoticePage
from display.page import Run, plain
from display.pages import words
from display.pages.viewing import Viewing
from display.text import document
from display.text.document import Block, Heading, Paragraph


class Tone(Enum):
    """How loudly a page speaks: it gives the accent its colour and the kicker its place."""

    ROUTINE = auto()
    PRIORITY = auto()
    SPOKEN = auto()
    EMERGENCY = auto()


@dataclass(frozen=True)
class Fact:
    """Something that must be found at a glance: where, until when."""

    label: str
    value: str

    @property
    def told(self) -> Paragraph:
        """The same in the course of a text."""
        return Paragraph((Run(f"{self.label}: ", bold=True), Run(self.value)))


@dataclass(frozen=True)
class Drill:
    """The words by which what is not real is known: *word*, and a *sentence* where there is room."""

    word: str
    sentence: str


EXERCISE, TEST = Drill(words.EXERCISE, words.EXERCISE_BAND), Drill(words.TEST, words.TEST_BAND)


@dataclass(frozen=True)
class Content:
    """*what* names it in files; *kicker* (in *short* where there is no room) stands above the *title*, *place* beside it ("tin 2/9").

    *origin* is who issued it, *contact* how to answer; *link* leads to more. *pictures* come after the text, the *film* last.
    *details* can wait until where and until when are told. An emergency has its *level*; what is not real its *drill*.
    What *opens* the round of notices also bears the running line's words where no zone does: once in a round is often enough.
    """

    what: str
    language: str
    tone: Tone
    kicker: str
    title: str
    blocks: tuple[Block, ...]
    short: str = ""
    details: tuple[Block, ...] = ()
    place: str = ""
    facts: tuple[Fact, ...] = ()
    pictures: tuple[Picture, ...] = ()
    film: Film | None = None
    origin: str = ""
    contact: str = ""
    link: str | None = None
    level: RiskLevel | None = None
    drill: Drill | None = None
    opens: bool = False

    @property
    def kind(self) -> str:
        """The shortest word for what kind of page this is."""
        return self.short or self.kicker

    @property
    def opening(self) -> Heading:
        """The title where nothing stands over it: behind the word for what is no ordinary notice."""
        marked = self.short and self.level is None
        return Heading(plain(f"{self.short} · {self.title}" if marked else self.title))

    @property
    def labels(self) -> words.Labels:
        """The board's own words beside it."""
        return words.labels(self.language)

    @property
    def level_number(self) -> str:
        """CẤP 4, where there is no room for more."""
        return "" if self.level is None else f"{self.labels.level_short} {int(self.level)}"

    @property
    def level_name(self) -> str:
        """CẤP ĐỘ 4 · ĐỎ."""
        return "" if self.level is None else f"{self.labels.level} {int(self.level)} · {self.labels.colours[self.level - 1]}"


def of_notice(main: NoticePage, contact: str, viewing: Viewing) -> Content:
    """A notice in the one language that is shown; pictures that are missing are left out, and said to be when nothing else is there."""
    notice, wording = main.notice, main.wording
    routine = notice.bulletin_class is BulletinClass.ROUTINE
    pictures = tuple(picture for picture in notice.pictures if picture.sha256 not in viewing.lacking)
    film = notice.film
    if film is not None and film.sha256 in viewing.lacking:
        # It cannot run: its poster stands for it, as one more picture.
        pictures += tuple(poster for poster in (film.poster,) if poster.sha256 not in viewing.lacking)
        film = None
    body = wording.body.strip()
    if not body and not pictures and film is None and notice.media:
        body = words.NO_PICTURE
    return Content(
        what=f"notice-{notice.id}" if wording.language == VIETNAMESE else f"notice-{notice.id}-{wording.language}",
        language=wording.language,
        tone=Tone.ROUTINE if routine else Tone.PRIORITY,
        kicker=words.NOTICE if routine else words.PRIORITY,
        short="" if routine else words.PRIORITY_SHORT,
        title=wording.title,
        blocks=document.parse(body),
        place=f"tin {main.position}/{main.count}" if main.count > 1 else "",
        pictures=pictures,
        film=film,
        origin=_origin(notice.provenance),
        contact=f"{words.FEEDBACK}: {contact}" if contact else "",
        link=notice.link,
        opens=main.position == 1,
    )


def of_caption(main: CaptionPage, contact: str) -> Content:
    """The text of what sounds, for those who cannot hear it."""
    return Content(
        what=f"caption-{main.item}",
        language=main.wording.language,
        tone=Tone.SPOKEN,
        kicker=words.SPEAKING,
        short=words.SPEAKING_SHORT,
        title=main.wording.title,
        blocks=document.parse(main.wording.body),
        contact=f"{words.FEEDBACK}: {contact}" if contact else "",
    )


def of_alert(main: AlertPage, text: AlertText, contact: str, viewing: Viewing) -> Content:
    """An emergency in one of its languages: what to do first, then what happens."""
    alert = main.alert
    labels = words.labels(text.language)
    drill = _drill(alert)
    until = words.hour_and_date(viewing.local(alert.expires)) if alert.expires else labels.open_end
    return Content(
        what=f"alert-{alert.identifier}-{text.language}",
        language=text.language,
        tone=Tone.EMERGENCY,
        kicker=f"⚠ {drill.word if drill else words.EMERGENCY}",
        short=drill.word if drill else words.EMERGENCY_SHORT,
        title=text.headline,
        blocks=(Heading(plain(labels.what_to_do)), *document.parse(text.instruction)),
        details=document.parse(text.description),
        facts=(Fact(labels.where, text.where), Fact(labels.until, until)),
        origin=f"{_origin(alert.provenance)} · {labels.sent} {words.hour_and_date(viewing.local(alert.sent))}",
        contact=f"{labels.contact}: {contact}" if contact else "",
        link=alert.link,
        level=alert.level,
        drill=drill,
    )


def _drill(alert: Alert) -> Drill | None:
    match alert.status:
        case Status.ACTUAL:
            return None
        case Status.EXERCISE:
            return EXERCISE
        case Status.TEST | Status.SYSTEM | Status.DRAFT:
            return TEST


def _origin(provenance: Provenance) -> str:
    return f"{provenance.issuing_body} · {provenance.document_number}" if provenance.document_number else provenance.issuing_body
