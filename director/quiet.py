"""Whether nothing will sound for a while: what must not interrupt anybody waits for such a moment."""

from director.alerts import held_alerts, in_force
from director.decision import Silence
from director.happened import Happened
from director.moment import Moment
from director.programme import Programme
from director.sound import direct_sound


def disturbed(programme: Programme, moment: Moment, happened: Happened, seconds: float) -> str:
    """Why something may sound within *seconds* of *moment*, in Vietnamese and English; empty when it is a quiet moment as long as that.

    An alert in force disturbs also between its airings, and a live source as soon as it is to be connected.
    """
    if in_force(held_alerts(programme, moment, happened)):
        return "đang có cảnh báo / an alert is in force"
    return speaks_within(programme, moment, happened, seconds)


def speaks_within(programme: Programme, moment: Moment, happened: Happened, seconds: float) -> str:
    """The same for what is said alone: between two airings of an alert it is empty."""
    at, end = moment, moment.later(seconds)
    while True:
        decision = direct_sound(programme, at, happened)
        if not isinstance(decision.what, Silence) or decision.listen:
            begins = f"{at.local(programme.site.timezone):%H:%M:%S}"
            return f"loa đang hoặc sắp phát lúc {begins} / the loudspeaker speaks then, or is about to"
        if decision.until is None or decision.until >= end.wall:
            return ""
        at = at.later((decision.until - at.wall).total_seconds())
