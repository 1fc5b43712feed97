"""How often an alert sounds: every due airing whole at least once, again only after an interruption, never beyond its count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor
from zoneinfo import ZoneInfo

from bundle.alert import AlertText, Identity, MessageType, Status, said_in
from bundle.base import BulletinClass
from director.age import age, in_seconds, usable
from director.alerts import Held, all_clears, in_force
from director.decision import Attention, Skipped, Utterance, joined
from director.grid import due_within, end_of
from director.happened import Happened, Life
from director.judging import FINAL
from director.languages import recorded
from director.loudness import Allowed, Loudness, loudness
from director.moment import Moment
from director.programme import Programme
from director.rules import quiet_now
from evidence.records import Outcome, Stamp

_AUDIBLE = (Outcome.STARTED, Outcome.INTERRUPTED, Outcome.COMPLETE)
"""What an airing comes to only after its start, even where the journal has lost that line."""


@dataclass
class Airings:
    """What the alerts ask for: the *queue*, the *skipped*, language gaps, and the *edges* at which that may change."""

    queue: tuple[Utterance, ...] = ()
    skipped: list[Skipped] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    edges: list[datetime] = field(default_factory=list)


def airings(programme: Programme, moment: Moment, happened: Happened, held: tuple[Held, ...]) -> Airings:
    """The airings due now: what sounds already plays to its end, then in the order of importance, then an all-clear."""
    ledger = _Ledger(programme, moment, happened, {each.identity: each for each in held})
    answer = Airings()
    heard = (each for each in all_clears(held, programme, moment, happened) if ledger.people_heard(each))
    found: list[Utterance] = []
    for each in (*in_force(held), *heard):
        answer.edges.append(each.ends)
        number, life = ledger.next_airing(each)
        if number is None:
            continue
        wait = ledger.wait(each, number, life)
        answer.edges += ledger.edges(each, number, wait)
        if wait is None or wait > 0:
            continue
        if recorded(each.alert.versions, programme.site.languages) is None:
            reason = "chưa có lời đọc / no speech is recorded for it"
            answer.skipped += [] if number else [Skipped(airing_key(each, 0), each.channel, each.version, each.name, False, reason)]
        elif speech := recorded(each.alert.versions, programme.site.languages, programme.absent):
            found.append(ledger.utterance(each, number, life, speech.text))
            answer.missing += [(each.name, language) for language in speech.missing]
    sounding = {airing.key for airing in found if ledger.sounds(airing.key)}
    answer.queue = tuple(sorted(found, key=lambda airing: airing.key not in sounding))
    return answer


def airing_key(held: Held, number: int, road: str | None = None) -> str:
    """How journals name one airing (0 is the first), by the *road* on which the alert came: its own, or another one of :func:`_roads`."""
    return f"alert:{road or _road(held.channel, held.feed)}:{held.name}#{number}"


def _road(channel: str, feed: bool) -> str:
    return channel + "/feed" * feed


def alert_words(text: AlertText) -> str:
    """What an alert says, as plain lines: what happens, where, what to do."""
    return "\n".join(part for part in (text.headline, text.where, text.description, text.instruction) if part)


@dataclass(frozen=True)
class _Ledger:
    """Which airings have been, and when the next is due."""

    programme: Programme
    moment: Moment
    happened: Happened
    held: dict[Identity, Held]

    def sounds(self, key: str) -> bool:
        life = self.happened.utterances.get(key)
        return life is not None and life.outcome is Outcome.STARTED

    def life(self, each: Held, number: int) -> Life | None:
        """The life of one airing, by whichever road the alert reached this unit."""
        return self.happened.utterances.get(self.key(each, number))

    def key(self, each: Held, number: int) -> str:
        """Its key: the one under which it was begun, so that what sounds goes on when the same alert comes by another road.

        What was begun on a road of less authority counts only if it said these very words: nobody else can put an alert to silence by
        being first with its identity.
        """
        own, below = _road(each.channel, each.feed), False
        for road in self._roads():
            life = self.happened.utterances.get(airing_key(each, number, road))
            if life is not None and (not below or life.words == said_in(each.alert)):
                return airing_key(each, number, road)
            below = below or road == own
        return airing_key(each, number)

    def _roads(self) -> Iterator[str]:
        """Every road, that of the highest authority first; what comes on it takes an identity from those that follow."""
        yield from (_road(channel, feed) for feed in (False, True) for channel in self.programme.site.channels)

    def _seen(self, each: Held) -> Stamp | None:
        """Its first sight; if persons signed it, as signed by them."""
        return (self.happened.alerts_seen if each.feed else self.happened.signed_seen).get(each.name)

    def begun(self, each: Held) -> bool:
        """Whether people may have heard anything of it, whatever was said under its identity."""
        numbers = range(each.alert.airings.count)
        lives = (self.happened.utterances.get(airing_key(each, number, road)) for road in self._roads() for number in numbers)
        return any(life is not None and (life.starts > 0 or life.outcome in _AUDIBLE) for life in lives)

    def whole(self, each: Held) -> bool:
        """Whether an airing of its words has sounded to the end."""
        lives = (self.life(each, number) for number in range(each.alert.airings.count))
        return any(life is not None and life.outcome is Outcome.COMPLETE for life in lives)

    def next_airing(self, each: Held) -> tuple[int | None, Life | None]:
        """The first airing that has not come to an end, with its life so far; (None, None) after the last."""
        count = 1 if each.alert.message_type is MessageType.CANCEL else each.alert.airings.count
        for number in range(count):
            life = self.life(each, number)
            if life is None or life.outcome not in FINAL:
                return number, life
        return None, None

    def people_heard(self, each: Held) -> bool:
        """Whether any of what *each* ends or replaces has begun to sound here: nobody can be sure then that it was not heard."""
        return any(self.begun(self.held[identity]) for identity in each.ends_what)

    def wait(self, each: Held, number: int, life: Life | None) -> float | None:
        """Seconds until this airing is due (0 or less: now), or None when no passing of time alone brings it."""
        if life is not None and life.outcome is Outcome.STARTED:
            return 0.0
        seen = self._seen(each)
        if not usable(self.moment.state):
            this_boot = seen is None or seen.boot == self.moment.boot
            # Without a clock nothing but a real emergency sounds: new in this boot, or never completely heard.
            if each.alert.status is not Status.ACTUAL or not (
                this_boot or (number == 0 and each.alert.message_type is not MessageType.CANCEL)
            ):
                return None
            if number and each.alert.airings.between is not None:
                return None
        elif self._keeps_the_night(each, life) and (ends := self._silent_until(each)):
            return (ends - self.moment.wall).total_seconds()
        return self._until_due(each, number, life)

    def edges(self, each: Held, number: int, wait: float | None) -> Iterator[datetime]:
        """When time alone changes whether this airing, *wait* seconds away, may begin."""
        hours = each.alert.airings.between
        if wait is not None and wait > 0:
            yield in_seconds(self.moment, wait)
        elif wait is not None and number and hours is not None:
            yield end_of(hours, self.moment.wall, ZoneInfo(self.programme.site.timezone))

    def _keeps_the_night(self, each: Held, life: Life | None) -> bool:
        """At night drills, all-clears and updates that are no worse than what people have heard whole stay silent, unless they wake."""
        alert = each.alert
        if alert.wake:
            return False
        if _drill(each) or alert.message_type is MessageType.CANCEL:
            return True
        story = (self.held[identity] for identity in each.ends_what)
        return life is None and any(alert.level <= before.alert.level and not _drill(before) and self.whole(before) for before in story)

    def _silent_until(self, each: Held) -> datetime | None:
        """When the silence ends that *each* keeps: quiet hours, and for a drill whatever else the rules of the hour forbid."""
        if quiet := quiet_now(self.programme, self.moment):
            return quiet[1]
        return self._limits().silent_until(BulletinClass.PRIORITY, self.moment.wall) if _drill(each) else None

    def _allowed(self, each: Held, life: Life | None) -> Allowed:
        """An emergency passes everything; a drill sounds where and as loud as priority may."""
        zones = life.zones if life is not None and life.outcome is Outcome.STARTED else ()
        if not _drill(each) or each.alert.wake:
            return Allowed()
        found = self._limits().going_on(BulletinClass.PRIORITY, zones, self.moment.wall)
        return Allowed(zones) if found.refused else found

    def _limits(self) -> Loudness:
        return loudness(self.programme, self.moment.wall, self.moment.wall + timedelta(seconds=1))

    def _until_due(self, each: Held, number: int, life: Life | None) -> float:
        """Seconds until airing *number* is due; one that was interrupted is due at once, but a repetition keeps to its hours."""
        wait, airings = 0.0 if life is not None else self._until_grid(each, number), each.alert.airings
        if not number or airings.between is None:
            return wait
        now, zone = self.moment.wall, ZoneInfo(self.programme.site.timezone)
        return (due_within(airings.between, now + timedelta(seconds=wait), airings.every, now, zone) - now).total_seconds()

    def _until_grid(self, each: Held, number: int) -> float:
        """Airings stand on a grid from first sight on, or apart from the last one where nobody knows the grid any more.

        One made up late does not pull the next one close behind it.
        """
        seen, before = self._seen(each), self.life(each, number - 1)
        if before is None or number == 0:
            return 0.0
        every = each.alert.airings.every
        apart = every - age(before.at, self.moment)
        if seen is None:
            return apart
        if seen.boot == before.at.boot:
            passed = before.at.mono - seen.mono
        elif usable(seen.state) and usable(before.at.state):
            passed = (before.at.wall - seen.wall).total_seconds()
        else:
            # Nobody knows where on the grid the last one stood.
            return apart
        # Over a reboot the age of the first sight may be no more than the time since: the next is never further than from the last.
        return min(apart, (floor(max(0.0, passed) / every) + 1) * every - age(seen, self.moment))

    def utterance(self, each: Held, number: int, life: Life | None, text: AlertText) -> Utterance:
        """The airing as the loudspeaker is told."""
        begun, allowed = life.starts if life else 0, self._allowed(each, life)
        attempt = begun if life is not None and life.outcome is Outcome.STARTED else begun + 1
        # A drill says so in its first words.
        late = not _drill(each) and (attempt > 1 or self._comes_late(each))
        hour = (text.issued,) if text.issued is not None and late else ()
        return Utterance(
            key=self.key(each, number),
            channel=each.channel,
            version=each.version,
            item=each.name,
            bulletin_class=BulletinClass.EMERGENCY,
            language=text.language,
            source=joined((*hour, *text.spoken)),
            text=alert_words(text),
            due=self._due(each, number, life),
            attention=_attention(each),
            slot_ends=each.ends,
            attempt=attempt,
            gain=allowed.gain,
            zones=allowed.zones,
            words=said_in(each.alert),
        )

    def _comes_late(self, each: Held) -> bool:
        """Whether nobody can tell from hearing it now when it was sent: it took long to come here, or it may have."""
        if not usable(self.moment.state):
            return True
        seen = self._seen(each)
        first = seen.wall if seen is not None and usable(seen.state) else self.moment.wall
        return (first - each.alert.sent).total_seconds() > self.programme.policy().issue_time_after

    def _due(self, each: Held, number: int, life: Life | None) -> datetime:
        """When it became due, never later than now: an emergency does not wait for a clock that was set back."""
        seen = self._seen(each)
        if seen is None or life is not None:
            return self.moment.wall
        if number == 0:
            return min(seen.wall, self.moment.wall)
        return self.moment.wall + timedelta(seconds=min(0.0, self._until_due(each, number, life)))


def _drill(each: Held) -> bool:
    return each.alert.status is not Status.ACTUAL


def _attention(each: Held) -> Attention:
    if _drill(each):
        return Attention.EXERCISE
    return Attention.ALL_CLEAR if each.alert.message_type is MessageType.CANCEL else Attention.EMERGENCY
