"""The layouts of decisions: what of a decision decides how its pages look, and its pages, laid out before their moment if possible."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from director.decision import BuiltInPage, ScreenDecision
from display.errors import PageUndrawable
from display.look.glass import Glass
from display.look.theme import Light
from display.material import Material
from display.media.films import Films
from display.page import Page, TickerSlot
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.paint.painter import Drawing
from display.rehearsal import Rehearsal
from display.scene import Subject, subject_of, subject_of_line
from display.showing.studio import Ahead, Studio
from display.text.fonts import fonts
from display.text.measure import Measure


@dataclass(frozen=True)
class Look:
    """All that decides how the pages of a decision are laid out; *local* only where they show the time themselves."""

    decision: ScreenDecision
    glass: Glass
    said: str
    light: Light
    local: datetime | None
    given_up: frozenset[str] = frozenset()
    """Films that failed."""
    edition: int = 0
    """Of the fonts: what they measured is drawn with no others."""

    @classmethod
    def of(cls, decision: ScreenDecision, glass: Glass, said: str, light: Light, local: datetime | None, films: Films | None) -> Self:
        """The look of *decision* on *glass* at *local* time."""
        shown = local if isinstance(decision.main, BuiltInPage) else None
        return cls(around(decision), glass, said, light, shown, films.given_up if films else frozenset(), fonts().edition)


class Layouts(Ahead[Look, tuple[Page, ...]]):
    """Lays out ahead in *studio*, or where a layout is needed: *measure* and *material* serve several threads."""

    def __init__(self, studio: Studio, timezone: str, measure: Measure, material: Material, drawing: Drawing) -> None:
        super().__init__(studio, self._lay_out)
        self._rehearsal = Rehearsal(measure, drawing)
        self._timezone, self._measure, self._material, self._drawing = timezone, measure, material, drawing

    @property
    def failed(self) -> Mapping[Subject, PageUndrawable]:
        """The running lines that are left out, and why."""
        return self._rehearsal.failed

    def forget(self) -> None:
        """Other content is in force: what failed is tried again."""
        self._rehearsal.forget()

    def _lay_out(self, look: Look) -> tuple[Page, ...]:
        decision = self._rehearsal.passed(look.decision, look.glass.scale)
        subject = subject_of(decision.main).name
        lines = tuple(subject_of_line(line).name for line in decision.ticker)
        with self._drawing(subject):
            lacking = self._material.lacking(decision)
            viewing = Viewing(self._timezone, lacking, said=look.said, light=look.light)
            pages = lay_out(decision, look.glass, self._measure, viewing, look.local)
        return tuple(replace(page, subject=subject, ticker=_on_behalf(page.ticker, subject, lines)) for page in pages)


def _on_behalf(slot: TickerSlot | None, subject: str, lines: tuple[str, ...]) -> TickerSlot | None:
    return slot and replace(slot, subjects=(subject,) * len(slot.texts) if slot.anew else lines)


def around(decision: ScreenDecision) -> ScreenDecision:
    """What decides how pages look: everything but how long it holds and what is only to be written down."""
    return replace(decision, until=None, missing_languages=(), unseen=(), held_back=())
