"""What cannot be drawn: told, passed over until other content comes; an emergency is then said in the board's own words."""

import math
from collections.abc import Mapping
from dataclasses import replace

from director.decision import AlertPage, Main, ScreenDecision
from director.moment import Moment
from display.errors import PageUndrawable
from display.ledger import Ledger
from display.pages.own_words import in_own_words
from display.scene import Subject, subject_of
from evidence.records import FaultCode

AGAIN = 60.0
"""Seconds after which an emergency is tried again that could not be drawn; one that killed the program rests for longer."""


class Undrawable:
    """The subjects that failed, each with a sentence that says why."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._why: dict[Subject, str] = {}
        self._left_off: tuple[str, ...] = ()
        self._tries: dict[Subject, float] = {}
        self._stands_in: tuple[Main, AlertPage] | None = None

    def __contains__(self, subject: Subject) -> bool:
        return subject in self._why

    def add(self, subject: Subject, problem: PageUndrawable, moment: Moment) -> None:
        """*subject* failed at *moment*: a fault, and the round goes on after it."""
        self._why[subject] = f"{subject.item}: không vẽ được / cannot be drawn: {problem}"
        self._tell(moment)
        if subject not in self._tries:
            self._ledger.pass_over(subject, moment)
        if subject.urgent:
            self._tries[subject] = moment.mono + AGAIN

    def lines(self, failed: Mapping[Subject, PageUndrawable], left_off: tuple[str, ...], moment: Moment) -> None:
        """Running lines that *failed*, and what moves by itself and was *left_off*: told like pages, which go on without them."""
        for subject in failed.keys() - self._why.keys():
            self.add(subject, failed[subject], moment)
        self._left_off = left_off
        self._tell(moment)

    def _tell(self, moment: Moment) -> None:
        self._ledger.standing(moment, FaultCode.PAGE_UNDRAWABLE, "; ".join([*self._why.values(), *self._left_off]))

    def clear(self, moment: Moment) -> None:
        """Other content is there: what failed may have failed for want of something that has come since."""
        self._why.clear()
        self._tries.clear()
        self._ledger.right(moment, FaultCode.PAGE_UNDRAWABLE)

    def instead(self, decision: ScreenDecision, moment: Moment) -> ScreenDecision:
        """*decision*, or where an emergency's words cannot be drawn, that there is one; its words are tried again and again."""
        if not isinstance(decision.main, AlertPage) or (subject := subject_of(decision.main)) not in self:
            return decision
        if moment.mono >= self._tries.get(subject, math.inf):
            del self._why[subject]
            return decision
        own = in_own_words(decision.main)
        self._stands_in = own, decision.main
        return replace(decision, main=own)

    def said(self, main: Main, moment: Moment) -> None:
        """*main* was seen whole or cannot be: if these are own words, the emergency that they stand for has had its turn."""
        if self._stands_in is None or self._stands_in[0] != main:
            return
        alert = self._stands_in[1]
        for text in alert.texts:
            self._ledger.pass_over(replace(subject_of(alert), language=text.language), moment, again=True)
