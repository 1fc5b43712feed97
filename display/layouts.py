"""The layouts of decisions: what of a decision decides how its pages look, and its pages, laid out before their moment if possible."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from bundle.asset import Picture
from director.decision import BuiltInPage, NoticePage, ScreenDecision
from display.look.theme import Light
from display.media.pictures import Pictures
from display.page import Page, Size
from display.pages.frame import Viewing
from display.pages.lay_out import lay_out
from display.showing.studio import Ahead, Studio
from display.text.rows import Measure


@dataclass(frozen=True)
class Look:
    """All that decides how the pages of a decision are laid out; *local* only where they show the time themselves."""

    decision: ScreenDecision
    size: Size
    said: str
    light: Light
    local: datetime | None

    @classmethod
    def of(cls, decision: ScreenDecision, size: Size, said: str, light: Light, local: datetime | None) -> Self:
        """The look of *decision* at *local* time."""
        return cls(around(decision), size, said, light, local if isinstance(decision.main, BuiltInPage) else None)


class Layouts(Ahead[Look, tuple[Page, ...]]):
    """Lays out in *studio*, because both *measure* and *pictures* belong to it."""

    def __init__(self, studio: Studio, timezone: str, measure: Measure, pictures: Pictures) -> None:
        super().__init__(studio, self._lay_out)
        self._timezone, self._measure, self._pictures = timezone, measure, pictures

    def _lay_out(self, look: Look) -> tuple[Page, ...]:
        lacking = self._pictures.lacking(_pictures_of(look.decision))
        viewing = Viewing(self._timezone, lacking, said=look.said, light=look.light)
        return lay_out(look.decision, look.size, self._measure, viewing, look.local)


def around(decision: ScreenDecision) -> ScreenDecision:
    """What decides how pages look: everything but how long it holds and what is only to be written down."""
    return replace(decision, until=None, missing_languages=(), unseen=())


def _pictures_of(decision: ScreenDecision) -> tuple[Picture, ...]:
    notice = decision.main.notice.pictures if isinstance(decision.main, NoticePage) else ()
    return (*notice, *((decision.sponsor.picture,) if decision.sponsor else ()))
