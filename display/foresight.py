"""Foresight: what the board will most likely be asked for when the page that is on gives way. Pure."""

from director.decision import NoticePage, ScreenDecision
from director.happened import Happened, fold
from director.moment import Moment
from director.programme import Programme
from director.screen import direct_screen
from display.scene import Scene, subject_of
from evidence.records import Outcome


def foresee(programme: Programme, moment: Moment, happened: Happened, decision: ScreenDecision, scene: Scene) -> ScreenDecision | None:
    """The director's next answer if nothing happens but time; ``None`` while the page that is on comes before it.

    Either *decision* runs out before the page does, or the page is the last of a notice, which then has been seen whole.
    """
    end = moment.later(max(0.0, scene.ends - moment.mono))
    if decision.until is not None and decision.until <= end.wall:
        found = direct_screen(programme, moment.later((decision.until - moment.wall).total_seconds()), happened)
        # A sponsor's mark that changes meanwhile waits for the end of the item.
        if subject_of(found.main).key != scene.subject.key:
            return found
    if isinstance(decision.main, NoticePage) and scene.index + 1 == len(scene.pages) and not scene.whole_rounds:
        return direct_screen(programme, end, fold(happened, [scene.receipt(Outcome.COMPLETE, end)]))
    return None
