"""Who still carries an alert that has ended: by what each unit said last, and whether it said that since. Pure."""

import re
from datetime import datetime
from enum import StrEnum

from director.alerts import Standing
from registry.alerts.confirmation.ladder import Facts, Ladder, heard_since, stale
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.steps import BOARD, VOICE, airing_of

_NUMBER = re.compile(r"-p[0-9]+of[0-9]+$")


class Carry(StrEnum):
    """What becomes of an ended alert on a unit, the most urgent first; *NEVER* had it as far as is known."""

    SOUNDING = "sounding"
    SHOWING = "showing"
    NOT_KNOWN = "not-known"
    GONE = "gone"
    NEVER = "never"


def carries(ladder: Ladder, raised: Raised, now: datetime) -> Carry:
    """Whether the unit still carries *raised*, which has ended.

    Of a unit that had it nobody knows that it is gone while it was not heard of since then, nor while it is not known to hold what ends
    it: between two airings, and while two alerts take turns on the board, it is merely silent. An expiry each unit reckons for itself.
    """
    if raised.ended is None:
        raise ValueError(f"{raised.name} has not ended")
    facts = ladder.facts
    if not heard_since(facts, raised.ended.at):
        return Carry.NOT_KNOWN
    on, shown = sounds(facts, raised), shows(facts, raised)
    if (on or shown) and stale(facts, now):
        return Carry.NOT_KNOWN
    if on or shown:
        return Carry.SOUNDING if on else Carry.SHOWING
    if not ladder.first:
        return Carry.NEVER
    return Carry.GONE if facts.stopped or raised.ended.how is Standing.EXPIRED else Carry.NOT_KNOWN


def sounds(facts: Facts, raised: Raised) -> bool:
    """Whether its loudspeaker sounded it when the unit last reported."""
    said = [status.sounding for status in facts.known.report.programs if status.program == VOICE] if facts.known.report else []
    return any(each is not None and (airing_of(each.occurrence) or ("",))[0] == raised.name for each in said)


def shows(facts: Facts, raised: Raised) -> bool:
    """Whether its board showed it when the unit last reported.

    A page of an emergency is named by the alert's identifier and the language, and by its number where it takes several pages.
    """
    programs = facts.known.report.programs if facts.known.report else ()
    pages = {f"alert-{raised.alert.identifier}-{version.language}" for version in raised.alert.versions}
    return any(each.program == BOARD and each.emergency and _NUMBER.sub("", each.showing or "") in pages for each in programs)
