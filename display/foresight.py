"""Foresight: what the board will most likely be asked for when the page that is on gives way. Pure."""

from director.decision import AlertPage, NoticePage, ScreenDecision
from director.happened import Happened, fold
from director.moment import Moment
from director.programme import Programme
from director.screen import direct_screen
from display.scene import Scene, subject_of
from evidence.records import Outcome

EARLY = 5.0
"""Seconds before the page that is on gives way in which more than the page after it is looked for."""


def foresee(programme: Programme, moment: Moment, happened: Happened, decision: ScreenDecision, scene: Scene) -> ScreenDecision | None:
    """The director's next answer if nothing happens but time; ``None`` while pages of the present one come before it.

    Either *decision* runs out, or the page that is on is the last of a notice or an emergency, which then has been seen whole.
    """
    end = moment.later(max(0.0, scene.ends - moment.mono))
    last = isinstance(decision.main, NoticePage | AlertPage) and scene.index + 1 == len(scene.pages) and not scene.whole_rounds
    horizon = end if last else end.later(EARLY)
    if decision.until is not None and decision.until <= horizon.wall:
        found = direct_screen(programme, moment.later((decision.until - moment.wall).total_seconds()), happened)
        # A sponsor's mark that changes meanwhile waits for the end of the item.
        if subject_of(found.main).key != scene.subject.key:
            return found
    return direct_screen(programme, end, fold(happened, [scene.receipt(scene.page.language, Outcome.COMPLETE, end)])) if last else None
