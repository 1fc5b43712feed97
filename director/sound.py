"""What the loudspeaker should say now: an emergency, else what was opened on site, else a session, else a test tone, else silence."""

from datetime import timedelta

from bundle.base import BulletinClass
from director.age import soonest, usable
from director.airings import airings
from director.alerts import feed_edges, held_alerts, held_back, unseen
from director.decision import Silence, SoundDecision, Speak, Why
from director.happened import Happened
from director.judging import Routine, sounds
from director.loudness import loudness
from director.moment import Moment
from director.ordered import ordered
from director.orders import Given, given, muted, order_edges, unseen_orders
from director.override import opened, tests
from director.programme import Programme
from director.rules import stopped
from director.sessions import routine


def direct_sound(programme: Programme, moment: Moment, happened: Happened) -> SoundDecision:
    """What should sound at *moment*, and until when that surely holds if nothing happens; total and without side effects."""
    held = held_alerts(programme, moment, happened)
    why, reason = stopped(programme) or (None, "")
    planned = routine(programme, moment, happened, reason) if usable(moment.state) else Routine()
    new, orders = unseen(held, programme, moment, happened), given(programme, moment, happened)
    new_orders = unseen_orders(programme, happened)
    tones = ordered(programme, moment, happened, orders, reason)
    if why:
        on_site = opened(programme, moment, happened, "" if why is Why.UNCONFIRMED and tests(programme) else reason)
        still = Speak(on_site.queue) if on_site.queue else Silence(why)
        skipped = (*on_site.skipped, *planned.skipped, *tones.skipped)
        edges = [*on_site.edges, *planned.edges, *tones.edges, *feed_edges(held)]
        return SoundDecision(still, soonest(moment, edges), skipped, (), new, new_orders, held_back=held_back(held))
    alerts = airings(programme, moment, happened, held)
    on_site = opened(programme, moment, happened, gives_way=bool(alerts.queue))
    first = next((each for each in (alerts, on_site) if each.queue), planned)
    # What a person opens at the unit begins over music, which goes on below; an emergency ends it.
    below = tuple(each for each in planned.queue if each.music and sounds(happened.utterances.get(each.key)))
    queue, missing = first.queue + (below if first is on_site else ()) or tones.queue, first.missing
    what = Speak(queue) if queue else Silence(_why(programme, moment, orders))
    skipped = (*alerts.skipped, *on_site.skipped, *planned.skipped, *tones.skipped)
    edges = [*alerts.edges, *on_site.edges, *planned.edges, *tones.edges, *order_edges(orders), *feed_edges(held)]
    listen, back = tuple(planned.listen), held_back(held)
    return SoundDecision(what, soonest(moment, edges), skipped, tuple(missing), new, new_orders, listen, back)


def _why(programme: Programme, moment: Moment, orders: tuple[Given, ...]) -> Why:
    if not any(programme.bundles()):
        return Why.NO_CONTENT
    if not usable(moment.state):
        return Why.CLOCK_UNKNOWN
    if muted(orders, moment.wall):
        return Why.MUTED
    # Where not even priority may sound anywhere, it is as in quiet hours, whichever rule says so.
    hushed = loudness(programme, moment.wall, moment.wall + timedelta(seconds=1)).silent_until(BulletinClass.PRIORITY, moment.wall)
    return Why.QUIET_HOURS if hushed else Why.NOTHING_DUE
