"""What orders make sound or refuse by themselves: test tones, once each, and live starts that count for nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.base import BulletinClass
from bundle.items import VIETNAMESE
from bundle.live import live_occurrence
from bundle.orders import ToneOrder
from director.age import usable
from director.decision import Skipped, Tone, Utterance
from director.happened import Happened
from director.judging import LATE, sounds
from director.live import refused_starts
from director.loudness import Loudness, loudness
from director.moment import Moment
from director.orders import Given
from director.programme import Programme
from evidence.records import Outcome

TOO_LONG = "âm thử dài hơn quy định cho phép / the tone is longer than the signed rules allow"
TOLD = timedelta(hours=24)
"""How long after its end it is still told that an order was not carried out."""


@dataclass
class Ordered:
    """What orders ask for: the *queue*, the *skipped*, and the *edges* at which that may change."""

    queue: tuple[Utterance, ...] = ()
    skipped: list[Skipped] = field(default_factory=list)
    edges: list[datetime] = field(default_factory=list)


def ordered(programme: Programme, moment: Moment, happened: Happened, orders: tuple[Given, ...], stopped: str = "") -> Ordered:
    """The tone that is due, and what is refused; *stopped* is a reason for which nothing may sound."""
    answer = Ordered()
    if not usable(moment.state):
        # No tone without a clock: nobody could say that these are not quiet hours.
        return answer
    now, lead = moment.wall, timedelta(seconds=programme.site.lead)
    limits = loudness(programme, now - TOLD, now + TOLD)
    answer.edges += limits.edges()
    most = programme.policy().tone_seconds
    for each in orders:
        answer.edges += [each.begins - lead, each.ends + TOLD]
        if isinstance(each.order, ToneOrder) and each.begins - lead <= now < each.ends + TOLD:
            too_long = TOO_LONG if each.order.seconds > most else ""
            _tone(each, each.order, moment, happened, limits, stopped or too_long, answer)
    for cell, order, reason in refused_starts(programme):
        key = live_occurrence(cell.channel, order)
        if order.since <= now < order.expires + TOLD and key not in happened.utterances:
            answer.skipped.append(Skipped(key, cell.channel, cell.orders_version, order.grant, True, reason))
    return answer


def tone_key(each: Given) -> str:
    """How journals name a test tone."""
    return f"order:{each.name}"


def _tone(each: Given, order: ToneOrder, moment: Moment, happened: Happened, limits: Loudness, stopped: str, answer: Ordered) -> None:
    key, now = tone_key(each), moment.wall
    life = happened.utterances.get(key)
    if life is not None and life.outcome is not Outcome.STARTED:
        # Once, whatever became of it: a tone that is heard again at another hour tests nothing.
        return
    wanted, length = BulletinClass.ROUTINE, timedelta(seconds=order.seconds)
    start = max(now, each.begins)
    allowed = limits.going_on(wanted, (), now) if sounds(life) else limits.whole(wanted, (), start, length)
    answer.edges += limits.changes(wanted, start, length)
    rule = stopped or allowed.refused
    if not rule and (sounds(life) or now < each.ends):
        answer.queue += (_utterance(each, order, allowed.gain, allowed.zones),)
    elif now >= each.begins and not sounds(life):
        answer.skipped.append(Skipped(key, each.cell.channel, each.cell.orders_version, order.id, bool(rule), rule or LATE))


def _utterance(each: Given, order: ToneOrder, gain: float, zones: tuple[str, ...]) -> Utterance:
    return Utterance(
        key=tone_key(each),
        channel=each.cell.channel,
        version=each.cell.orders_version,
        item=order.id,
        bulletin_class=BulletinClass.ROUTINE,
        language=VIETNAMESE,
        source=Tone(order.seconds),
        text=f"Âm thử loa: {order.reason}",
        due=each.begins,
        slot_ends=each.ends,
        gain=gain,
        zones=zones,
        holder=order.person,
    )
