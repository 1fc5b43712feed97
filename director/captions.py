"""What is said is also shown: the text of what sounds, while it sounds and for a time afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bundle.alert import MessageType
from bundle.items import VIETNAMESE, Rebroadcast, Recorded, Wording
from bundle.manifest import Bundle
from director.age import age, in_seconds, usable
from director.alerts import Held
from director.day import planned_day
from director.decision import CaptionPage, Live, joined
from director.happened import Happened
from director.moment import Moment
from director.plan import Run
from director.programme import Programme
from director.rules import addressed, withdrawn
from director.turns import Turn
from evidence.report import Sounding


@dataclass(frozen=True)
class Caption:
    """The page, the bundle whose words it shows (None: an alert's), and when it goes (None: when the speech ends)."""

    page: CaptionPage
    bundle: Bundle | None
    until: datetime | None


def caption(programme: Programme, moment: Moment, happened: Happened, held: tuple[Held, ...]) -> tuple[Caption | None, list[datetime]]:
    """The caption for now, by what really sounds, else by the plan; and the edges at which that may change."""
    if happened.sounding and (found := _spoken_live(programme, happened.sounding) or _heard(programme, happened.sounding, held)):
        return Caption(found.page, found.bundle, None), []
    linger = programme.policy().caption_linger
    last = happened.last_sounding
    if last and (found := _heard(programme, last, held)):
        rest = found.length + linger - age(last.since, moment)
        if rest > 0:
            return Caption(found.page, found.bundle, in_seconds(moment, rest)), []
    return _by_plan(programme, moment, happened, linger) if usable(moment.state) else (None, [])


class _Heard(NamedTuple):
    page: CaptionPage
    bundle: Bundle | None
    length: float


def _spoken_live(programme: Programme, sounding: Sounding) -> _Heard | None:
    """Who speaks into the unit's own microphone, for as long as they do: nobody has written down what they say."""
    override = programme.override
    if override is None or sounding.occurrence != override.name:
        return None
    words = Wording(language=VIETNAMESE, title="Nói trực tiếp tại chỗ · Speaking live", body=override.holder)
    return _Heard(CaptionPage(sounding.channel, 0, sounding.item, words, sounding.occurrence), None, 0.0)


def _heard(programme: Programme, sounding: Sounding, held: tuple[Held, ...]) -> _Heard | None:
    """The words of what a loudspeaker says, and how long the clip is; None when the programme no longer holds them."""
    for bundle in programme.bundles():
        items: tuple[Recorded | Rebroadcast, ...] = (*bundle.announcements, *bundle.phrases, *bundle.rebroadcasts)
        for item in items if bundle.channel == sounding.channel else ():
            if item.id == sounding.item and addressed(programme, item) and not withdrawn(programme, bundle, item.id):
                words, length = _words(item, sounding.language)
                return _Heard(CaptionPage(bundle.channel, bundle.version, item.id, words, sounding.occurrence), bundle, length)
    # Only an all-clear: an alert in force has the whole board, and one that was ended must not linger on it.
    for each in (each for each in held if each.alert.message_type is MessageType.CANCEL and each.name == sounding.item):
        for text in each.alert.versions:
            if text.language == sounding.language and text.spoken:
                words = Wording(language=text.language, title=text.headline, body=text.instruction)
                page = CaptionPage(each.channel, each.version, each.name, words, sounding.occurrence)
                return _Heard(page, None, joined(text.spoken).duration)
    return None


def _by_plan(programme: Programme, moment: Moment, happened: Happened, linger: float) -> tuple[Caption | None, list[datetime]]:
    """The words that the plan puts on the air now; the next words take the place of those that linger."""
    now, edges = moment.wall, []
    current: Caption | None = None
    for run, turn in _on_air(programme, now):
        live = isinstance(turn.source, Live)
        ends = turn.start + turn.length + timedelta(seconds=0 if live else linger)
        edges += [turn.start, ends]
        if turn.start <= now < ends and not (live and happened.unreceived):
            page = CaptionPage(run.channel, run.bundle.version, turn.item.id, turn.words, turn.key)
            current = Caption(page, run.bundle, ends)
    return current, edges


def _on_air(programme: Programme, now: datetime) -> Iterator[tuple[Run, Turn]]:
    today = now.astimezone(ZoneInfo(programme.site.timezone)).date()
    for days in (-1, 0, 1):
        for planned in planned_day(programme, today + timedelta(days=days)):
            if planned.start is not None:
                yield from ((planned.run, turn) for turn in planned.turns if not turn.refused)


def _words(item: Recorded | Rebroadcast, language: str) -> tuple[Wording, float]:
    """What stands on the board while *item* sounds, and for how long at least: the name of a live programme goes with its sound."""
    match item:
        case Recorded():
            spoken = next((version for version in item.versions if version.language == language), item.versions[0])
            return Wording(language=spoken.language, title=spoken.title, body=spoken.body), spoken.clip.duration
        case Rebroadcast():
            return Wording(language=item.language, title=item.title), 0.0
