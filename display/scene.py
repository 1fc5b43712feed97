"""A scene: the pages of one decision, which of them is on since when, and what its receipt will say."""

from collections import Counter
from dataclasses import InitVar, dataclass, field
from enum import Enum, auto

from director.decision import AlertPage, BuiltInPage, CaptionPage, Main, NoticePage, TickerLine
from director.moment import Moment
from display.page import Page
from display.pages.own_words import OWN_WORDS
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

    @property
    def name(self) -> str:
        """What a crash is held against: another version may try again. Empty for what must never be left out."""
        return "" if self.channel is None else f"{self.channel} {self.version} {self.item} {self.language}"


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
        case AlertPage() if main.alert.sender == OWN_WORDS:
            # It stands in for an alert of whose own words nothing can be proven.
            return Subject(("alert", OWN_WORDS, str(main.alert.level)), "builtin", None, 0, "vi")
        case AlertPage():
            name = str(main.alert.identity())
            return Subject(("alert", name), name, main.channel, 0, main.texts[0].language, urgent=True)


def subject_of_line(line: TickerLine) -> Subject:
    """Who runs along the board with *line*."""
    return Subject(
        ("ticker", line.channel, str(line.version), line.item, line.language), line.item, line.channel, line.version, line.language
    )


class Turn(Enum):
    """What the passing of time asks of a scene."""

    STAY = auto()
    NEXT_PAGE = auto()
    SEEN_WHOLE = auto()


@dataclass
class Scene:
    """*pace* divides the dwell; *turned* is when the page on the board was presented, in seconds since boot.

    *sponsor* is whose mark stands at the foot of all its pages. What is proven is counted for each language by itself.
    """

    subject: Subject
    pages: tuple[Page, ...]
    began: InitVar[Moment]
    pace: float = 1.0
    index: int = 0
    turned: float = 0.0
    whole_rounds: int = 0
    sponsor: str | None = None
    _seen: set[int] = field(default_factory=set)
    _began: dict[str, Moment] = field(default_factory=dict)
    _frames: Counter[str] = field(default_factory=Counter)
    _complete: set[str] = field(default_factory=set)

    def __post_init__(self, began: Moment) -> None:
        """Its first page is on from *began*."""
        self._began[self.page.language] = began

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

    @property
    def unfinished(self) -> str | None:
        """The language that is on and was not seen whole yet."""
        return None if self.page.language in self._complete else self.page.language

    def turn(self, mono: float) -> Turn:
        """What is due at *mono*: a page that stayed its dwell gives way; after the last one everything has been seen."""
        if mono < self.ends:
            return Turn.STAY
        return Turn.NEXT_PAGE if self.index + 1 < len(self.pages) else Turn.SEEN_WHOLE

    def presented(self, frames: int) -> None:
        """So many more *frames* were handed to the display while the page that is on was on."""
        self._frames[self.page.language] += frames

    def go_on(self, at: Moment) -> str | None:
        """Turn *at* that moment to the next page, after the last to the first; the page left behind has stayed its dwell.

        Returns the language of which every page has now been seen for the first time.
        """
        left = self.page.language
        self._seen.add(self.index)
        self.index += 1
        if self.index == len(self.pages):
            self.index, self.whole_rounds = 0, self.whole_rounds + 1
        self._began.setdefault(self.page.language, at)
        if left in self._complete or not self._seen.issuperset(self._pages_in(left)):
            return None
        self._complete.add(left)
        return left

    def goes_on_with(self, pages: tuple[Page, ...]) -> bool:
        """Whether *pages*, the same subject laid out anew (another light, another size), say what those said that were left behind.

        Otherwise nobody could tell which words had stayed on the board, and the presentation begins anew.
        """
        left = len(self.pages) if self.whole_rounds else self.index
        return len(pages) > self.index and [page.says for page in pages[:left]] == [page.says for page in self.pages[:left]]

    def replaced(self, pages: tuple[Page, ...], mono: float) -> None:
        """Go on with *pages* from *mono*: if the page that is on says anything else now, its dwell begins again."""
        if pages[self.index].says != self.page.says:
            self.turned = mono
        self.pages = pages

    def receipt(self, language: str, outcome: Outcome, at: Moment) -> Shown:
        """What can be proven of this scene in *language* at *at*."""
        who, pages = self.subject, self._pages_in(language)
        return Shown(
            n=0,
            at=at.stamp(),
            item=who.item[:300],
            channel=who.channel,
            version=who.version,
            language=language,
            began=self._began[language].stamp(),
            pages=len(pages) if self.whole_rounds else len(self._seen.intersection(pages)),
            of=len(pages),
            frames=self._frames[language],
            outcome=outcome,
            sponsor=self.sponsor if self.page.sponsor_area else None,
            sponsor_area=round(self.page.sponsor_area, 4) if self.sponsor else 0.0,
        )

    def _pages_in(self, language: str) -> tuple[int, ...]:
        return tuple(n for n, page in enumerate(self.pages) if page.language == language)
