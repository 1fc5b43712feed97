"""A scene: the pages of one decision, which of them is on since when, and what its receipt will say."""

from dataclasses import dataclass, field
from enum import Enum, auto

from director.decision import AlertPage, BuiltInPage, CaptionPage, Main, NoticePage
from director.moment import Moment
from display.page import Page
from evidence.records import Outcome, Shown


@dataclass(frozen=True)
class Subject:
    """What a scene is about, as receipts and histories name it; *key* tells two scenes apart."""

    key: tuple[str, ...]
    item: str
    channel: str | None
    version: int
    language: str
    urgent: bool = False


def subject_of(main: Main) -> Subject:
    """Who is on the board with *main*."""
    match main:
        case BuiltInPage():
            return Subject(("builtin", main.why.value), "builtin", None, 0, "vi")
        case NoticePage():
            notice, language = main.notice.id, main.wording.language
            return Subject((main.channel, str(main.version), notice, language), notice, main.channel, main.version, language)
        case CaptionPage():
            language = main.wording.language
            return Subject(("caption", main.occurrence, language), main.item, main.channel, main.version, language)
        case AlertPage():
            name = str(main.alert.identity())
            return Subject(("alert", name), name, main.channel, 0, main.texts[0].language, urgent=True)


class Turn(Enum):
    """What the passing of time asks of a scene."""

    STAY = auto()
    NEXT_PAGE = auto()
    SEEN_WHOLE = auto()


@dataclass
class Scene:
    """*pace* divides the dwell; *turned* is when the page on the board was presented, in seconds since boot."""

    subject: Subject
    pages: tuple[Page, ...]
    began: Moment
    pace: float = 1.0
    index: int = 0
    turned: float = 0.0
    frames: int = 0
    whole_rounds: int = 0
    seen: set[int] = field(default_factory=set)

    @property
    def page(self) -> Page:
        """The page that is on."""
        return self.pages[self.index]

    @property
    def after(self) -> Page:
        """The page that comes next, should the scene go on."""
        return self.pages[(self.index + 1) % len(self.pages)]

    @property
    def ends(self) -> float:
        """When the page that is on has stayed its dwell, in seconds since boot."""
        return self.turned + self.page.dwell / self.pace

    def turn(self, mono: float) -> Turn:
        """What is due at *mono*: a page that stayed its dwell gives way; after the last one everything has been seen."""
        if mono < self.ends:
            return Turn.STAY
        return Turn.NEXT_PAGE if self.index + 1 < len(self.pages) else Turn.SEEN_WHOLE

    def go_on(self) -> None:
        """Turn to the next page, after the last to the first; the page left behind has stayed its dwell."""
        self.seen.add(self.index)
        self.index += 1
        if self.index == len(self.pages):
            self.index, self.whole_rounds = 0, self.whole_rounds + 1

    def replaced(self, pages: tuple[Page, ...]) -> None:
        """The same subject laid out anew (another ticker, another size): stay at the page that was being read."""
        self.pages = pages
        self.index = min(self.index, len(pages) - 1)
        self.seen = {page for page in self.seen if page < len(pages)}

    def receipt(self, outcome: Outcome, at: Moment) -> Shown:
        """What can be proven of this scene at *at*."""
        who = self.subject
        return Shown(
            n=0,
            at=at.stamp(),
            item=who.item[:300],
            channel=who.channel,
            version=who.version,
            language=who.language,
            began=self.began.stamp(),
            pages=len(self.pages) if self.whole_rounds else len(self.seen),
            of=len(self.pages),
            frames=self.frames,
            outcome=outcome,
        )
