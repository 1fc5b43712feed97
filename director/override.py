"""What a person opened at the unit itself: a live voice or approved words, by the same rules, without network and without a clock.

The rules:
1. It holds for this boot only, from its opening on; nothing of it begins after its signed maximum, and a live voice also ends there.
2. A stop order, the stop switch and an emergency come first. A live voice that gave way does not come back by itself.
3. Quiet hours, ceilings and orders hold, unless the holder answers for urgency: then a live voice and phrases of the class emergency pass.
4. With an unknown clock a session may be started once in a boot.
5. Before a technician confirmed the site nothing may, but their own test tone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bundle.base import BulletinClass
from bundle.items import VIETNAMESE, Phrase, Session
from bundle.manifest import Bundle
from director.age import age, believed, in_seconds, usable
from director.decision import ENDING, MICROPHONE, Attention, Live, Skipped, Tone, Utterance
from director.happened import Happened, Life
from director.judging import FINAL, resume_at
from director.languages import choose
from director.loudness import Allowed, loudness
from director.moment import Moment
from director.orders import given, mute_reason, muted, volume
from director.plan import Run
from director.programme import Programme
from director.rules import addressed, valid, withdrawn
from director.sessions import BEGUN, attempt, utterance
from director.turns import Turn, turns
from evidence.override import MICROPHONE as SPOKEN_LIVE
from evidence.override import Opened, Override, boot_prefix
from evidence.records import Outcome

_ENDING = ENDING.total_seconds()
TONE_SECONDS = 4.0
"""Long enough for the unit's ear to tell what it heard of the signal before it; a measurement, so no rules of a place change it."""
TONE_AFTER = 6.0
"""Seconds after its opening that it is due, so that the ear surely listens by then."""
TEST_WITHIN = 180.0
"""Seconds within which a technician's tone begins: the longest hold and rest of an amplifier line, one test after the other."""
TEST_TONE = "test-tone"
"""How receipts name a technician's tone."""
CLOSED = "người mở đã tắt / ended by the person who opened it"
OVER = "hết thời gian cho phép / its time is over"
GAVE_WAY = "nhường tin khẩn cấp / gave way to an emergency"


@dataclass
class Opening:
    """What was opened asks for: its *queue*, what will not sound any more, language gaps, the *edges* at which that may change.

    *seconds* is how long after its opening something of it may still begin.
    """

    queue: tuple[Utterance, ...] = ()
    skipped: list[Skipped] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    edges: list[datetime] = field(default_factory=list)
    seconds: float = 0.0


def opened(programme: Programme, moment: Moment, happened: Happened, reason: str = "", gives_way: bool = False) -> Opening:
    """What of the override may sound at *moment*; *reason* is why nothing may, *gives_way* that an emergency comes first."""
    override = programme.override
    if override is None or not of_this_boot(override, moment):
        return Opening()
    found = _Found(programme, moment, override, happened)
    answer = Opening(edges=found.edges(), seconds=found.seconds())
    rule = reason or refusal(programme, moment, happened, override)
    queue = []
    for each, missing in found.utterances(happened):
        life = happened.utterances.get(each.key)
        live, sounds = isinstance(each.source, Live), life is not None and life.outcome is Outcome.STARTED
        if life is not None and (life.outcome in FINAL or (live and not sounds)):
            continue
        why = rule or (found.ended(live) if sounds else found.too_late(live and gives_way))
        if not why:
            queue.append(each)
            answer.missing += [(each.item, language) for language in missing]
        elif not sounds:
            answer.skipped.append(Skipped(each.key, each.channel, each.version, each.item, bool(rule), why))
    answer.queue = tuple(queue)
    return answer


def tests(programme: Programme) -> bool:
    """Whether what was opened is the test tone of the technician who stands there: that alone may sound before they confirm the site."""
    return programme.override is not None and programme.override.what is Opened.TONE


def of_this_boot(override: Override, moment: Moment) -> bool:
    """Whether *override* was opened in the boot of *moment* and before it: one from the future would outlast its maximum."""
    # Rounded like the stamp, which may lie a little after the instant at which it was made.
    return override.at.boot == moment.boot and override.at.mono <= moment.stamp().mono


def refusal(programme: Programme, moment: Moment, happened: Happened, override: Override) -> str:
    """Why the rules of this unit forbid *override* at *moment*; empty when they do not."""
    found = _Found(programme, moment, override, happened)
    if found.seconds() <= 0:
        return "quy định tại đây không cho mở tại chỗ / the signed rules here allow no override"
    if found.where is None and override.item is not None:
        return f"không có {override.item} đã duyệt để mở tại chỗ / nothing approved for on-site use is called {override.item}"
    if hushed := found.allowed().refused:
        return hushed
    if not usable(moment.state) and override.what is Opened.SESSION and _begun_before(happened, override):
        return "đồng hồ chưa tin được: mỗi buổi chỉ mở được một lần / the clock is unknown: a session may be started once"
    return ""


def openable(programme: Programme, moment: Moment) -> Iterator[tuple[Bundle, Phrase | Session]]:
    """Every approved phrase and session that a person on site may start, the nearest channel first."""
    at, named = believed(programme, moment), set[str]()
    for bundle in reversed(tuple(programme.bundles())):
        found: list[Phrase | Session] = [*bundle.phrases, *(session for session in bundle.sessions if session.on_site)]
        for item in found:
            stands = addressed(programme, item) and valid(item, at) and withdrawn(programme, bundle, item.id) is None
            if stands and item.id not in named:
                named.add(item.id)
                yield bundle, item


class _Found:
    """One override met with what is on this unit: where its words stand, how long it may last."""

    def __init__(self, programme: Programme, moment: Moment, override: Override, happened: Happened) -> None:
        self._programme, self._moment, self._override = programme, moment, override
        self._orders = given(programme, moment, happened)
        kind = Phrase if override.what is Opened.PHRASE else Session
        found = (each for each in openable(programme, moment) if isinstance(each[1], kind) and each[1].id == override.item)
        self.where = next(found, None) if override.item else None

    def seconds(self) -> float:
        """How long after its opening something of it may still begin."""
        policy = self._programme.policy()
        if tests(self._programme) and not self._programme.site.confirmed:
            return TEST_WITHIN  # who may open what here begins to matter once the unit is handed over
        if self.where is not None and isinstance(self.where[1], Session):
            return min(self.where[1].maximum, self._programme.caps().minutes_per_session * 60) if policy.override_minutes else 0.0
        return policy.override_minutes * 60

    def too_late(self, gives_way: bool) -> str:
        """Why what has not begun begins no more; empty when it may."""
        if self._override.closed is not None:
            return CLOSED
        if age(self._override.at, self._moment) >= self.seconds():
            return OVER
        return GAVE_WAY if gives_way else ""

    def ended(self, live: bool) -> str:
        """Why what sounds must end; empty when it may go on. Stored words are spoken to their end, a live voice has none."""
        closed = self._override.closed
        if closed is not None and (not live or age(closed, self._moment) >= _ENDING):
            return CLOSED
        return OVER if live and age(self._override.at, self._moment) >= self.seconds() + _ENDING else ""

    def edges(self) -> list[datetime]:
        """When its time is over, and when the item's own validity ends."""
        limits = [self._at(self.seconds()), self._at(self.seconds() + _ENDING)]
        if closed := self._override.closed:
            limits.append(in_seconds(self._moment, _ENDING - age(closed, self._moment)))
        item = self.where[1] if self.where else None
        return [*limits, item.valid_until] if item and item.valid_until else limits

    def allowed(self, life: Life | None = None) -> Allowed:
        """What the rules of this hour leave of it, or of that part of it whose *life* is given."""
        item, now = self.where[1] if self.where else None, self._moment.wall
        zones = (life.zones if life else ()) or (item.zones if isinstance(item, Session) else ())
        if self._passes_the_night():
            return Allowed(zones)
        if not usable(self._moment.state):
            return self._by_age(zones)
        return loudness(self._programme, now, now + timedelta(seconds=1)).going_on(BulletinClass.PRIORITY, zones, now)

    def _by_age(self, zones: tuple[str, ...]) -> Allowed:
        """What orders leave of it when the hour is not known: they end by their age."""
        silence = muted(self._orders, self._moment.wall)
        if silence is not None:
            return Allowed(refused=mute_reason(silence.order))
        return Allowed(zones, volume(self._orders, self._moment.wall))

    def _passes_the_night(self) -> bool:
        """Whether it sounds whatever the hour."""
        item = self.where[1] if self.where else None
        worth_it = self._override.what is Opened.MICROPHONE or (isinstance(item, Phrase) and item.bulletin_class is BulletinClass.EMERGENCY)
        return self._override.urgent and worth_it

    def utterances(self, happened: Happened) -> Iterator[tuple[Utterance, tuple[str, ...]]]:
        """Everything that it would say, in order and whatever has been, each with the languages that are missing before its own."""
        match self.where:
            case (bundle, Phrase() as phrase):
                yield self._phrase(bundle, phrase, happened)
            case (bundle, Session() as session):
                yield from self._session(bundle, session, happened)
            case _ if self._override.what is Opened.MICROPHONE:
                yield self._live(happened), ()
            case _ if self._override.what is Opened.TONE:
                yield self._tone(happened), ()

    def _live(self, happened: Happened) -> Utterance:
        programme, holder = self._programme, self._override.holder
        allowed = self.allowed(happened.utterances.get(self._override.name))
        return Utterance(
            key=self._override.name,
            channel=programme.own(),
            version=0,
            item=SPOKEN_LIVE,
            bulletin_class=BulletinClass.PRIORITY,
            language=next(iter(programme.site.languages), VIETNAMESE),
            source=Live(MICROPHONE, self._at(self.seconds())),
            text=f"Nói trực tiếp tại chỗ: {holder}",
            due=self._at(0.0),
            attention=Attention.PRIORITY,
            gain=allowed.gain,
            zones=allowed.zones,
            holder=holder,
        )

    def _tone(self, happened: Happened) -> Utterance:
        lines = (self._override.line,) if self._override.line else ()
        text = f"Âm thử tại chỗ · test tone: {self._override.holder}"
        return replace(self._live(happened), item=TEST_TONE, source=Tone(TONE_SECONDS), text=text, due=self._at(TONE_AFTER), lines=lines)

    def _phrase(self, bundle: Bundle, phrase: Phrase, happened: Happened) -> tuple[Utterance, tuple[str, ...]]:
        spoken, missing = choose(phrase.versions, self._programme.site.languages)
        key = f"{self._override.name}/0:{phrase.id}"
        life = happened.utterances.get(key)
        resume, allowed = resume_at(spoken.clip.duration, life), self.allowed(life)
        said = Utterance(
            key=key,
            channel=bundle.channel,
            version=bundle.version,
            item=phrase.id,
            bulletin_class=BulletinClass.PRIORITY,
            language=spoken.language,
            source=spoken.clip,
            text="\n".join(part for part in (spoken.title, spoken.body) if part),
            due=self._at(0.0),
            attention=Attention.NONE if resume else Attention.PRIORITY,
            resume=resume,
            attempt=attempt(life),
            gain=allowed.gain,
            zones=allowed.zones,
            holder=self._override.holder,
        )
        return said, missing

    def _session(self, bundle: Bundle, session: Session, happened: Happened) -> Iterator[tuple[Utterance, tuple[str, ...]]]:
        """The turns of the session as if it were due now, by the same caps; its signal comes once, before its first word."""
        run, first = Run(bundle.channel, bundle, session, believed(self._programme, self._moment), (0, 0, 0, 0)), True
        for turn in _stored(turns(self._programme, run)):
            if turn.refused:
                continue
            mine = replace(turn, key=self._override.name + turn.key.removeprefix(run.name))
            life = happened.utterances.get(mine.key)
            said = replace(
                utterance(run, mine, life, self._at(0.0), self.allowed(life)),
                bulletin_class=BulletinClass.PRIORITY,
                attention=Attention.PRIORITY if first and life is None else Attention.NONE,
                slot_ends=None,
                holder=self._override.holder,
            )
            yield said, turn.missing
            first = False

    def _at(self, seconds: float) -> datetime:
        """The instant *seconds* after the opening, by the present clock: another clock may have run then."""
        return self._moment.wall + timedelta(seconds=seconds - age(self._override.at, self._moment))


def _stored(planned: tuple[Turn, ...]) -> Iterator[Turn]:
    """What of a session lies on the unit: in the place of a live programme, whose hour this is not, what stands in for it."""
    for turn in planned:
        yield from turn.stand_ins if isinstance(turn.source, Live) else (turn,)


def _begun_before(happened: Happened, override: Override) -> bool:
    """Whether the same session was already started on site in this boot."""
    return any(
        key.startswith(boot_prefix(override.at.boot))
        and not key.startswith(f"{override.name}/")
        and f":{override.item}/" in key
        and life.outcome in BEGUN
        for key, life in happened.utterances.items()
    )
