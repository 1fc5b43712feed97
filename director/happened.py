"""What happened so far, as far as a decision depends on it; built by folding journal records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bundle.policy import MOST_AN_HOUR
from evidence.records import AlertSeen, ClockState, OrderSeen, Outcome, Record, Shown, Sounded, SourceHeard, SourceState, Stamp
from evidence.report import Sounding


@dataclass(frozen=True)
class Life:
    """The life of one utterance: its last *outcome*, how far it came (*offset* seconds), and when that was written.

    *zones* is where it was let sound, none means everywhere. *words* names what an alert said in it.
    """

    outcome: Outcome
    offset: float
    at: Stamp
    starts: int = 1
    item: str = ""
    channel: str = ""
    zones: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Reception:
    """Whether a live source is received, and since when that is known."""

    state: SourceState
    at: Stamp

    @property
    def lost(self) -> bool:
        """Whether something else must take its place."""
        return self.state is not SourceState.GOOD


@dataclass(frozen=True)
class Happened:
    """*utterances* by occurrence key, first sight of alerts and orders by identity, the item last shown to its end.

    *signed_seen* is the first sight of alerts that persons signed: the feed may have brought the same identity before.

    *latest* is the latest moment of any line whose wall clock could be believed: it is later now, whatever the clock says.

    *feed_sights* is when the newest alerts of the feed were first seen, as many as a policy can allow in an hour; *exercise_sights*
    the same of exercises.

    *sources* says of live sources, by occurrence key, how they were last received.

    *shown_at* keeps the order in which items were last shown. *last_sounding* is what was heard last, for its caption.

    *sounding* is what the loudspeaker says now (evidence of the audio program), *unreceived* that a live programme should be
    on air but cannot be received, *boot* tells a crash from a pause:
    an utterance STARTED in an earlier run of the program was interrupted, so the audio program writes INTERRUPTED
    for each of those when it starts.
    """

    utterances: Mapping[str, Life] = field(default_factory=lambda: MappingProxyType({}))
    alerts_seen: Mapping[str, Stamp] = field(default_factory=lambda: MappingProxyType({}))
    signed_seen: Mapping[str, Stamp] = field(default_factory=lambda: MappingProxyType({}))
    latest: Stamp | None = None
    feed_sights: tuple[Stamp, ...] = ()
    exercise_sights: tuple[Stamp, ...] = ()
    last_shown: str | None = None
    shown_at: Mapping[str, Stamp] = field(default_factory=lambda: MappingProxyType({}))
    sounding: Sounding | None = None
    last_sounding: Sounding | None = None
    sources: Mapping[str, Reception] = field(default_factory=lambda: MappingProxyType({}))
    unreceived: bool = False

    def sounding_now(self, sounding: Sounding | None, unreceived: bool = False) -> "Happened":
        """The same history with what the loudspeaker says now, and whether it lacks a live programme; what it said before is kept."""
        last = sounding or self.sounding or self.last_sounding
        return replace(self, sounding=sounding, last_sounding=last, unreceived=unreceived)


NOTHING = Happened()


def fold(happened: Happened, records: Iterable[Record]) -> Happened:
    """The history after *records*, which come in the order they were written."""
    utterances, seen, shown_at = dict(happened.utterances), dict(happened.alerts_seen), dict(happened.shown_at)
    last, sources, feed_sights = happened.last_shown, dict(happened.sources), list(happened.feed_sights)
    exercise_sights = list(happened.exercise_sights)
    signed_seen = dict(happened.signed_seen)
    latest = happened.latest
    for record in records:
        latest = later(latest, record.at)
        match record:
            case Sounded():
                before = utterances.get(record.occurrence)
                starts = (before.starts if before else 0) + (record.outcome is Outcome.STARTED)
                heard = Life(record.outcome, record.offset, record.at, starts, record.item, record.channel, record.zones, record.words)
                utterances[record.occurrence] = heard
            case AlertSeen() | OrderSeen():
                if isinstance(record, AlertSeen):
                    if not record.feed:
                        signed_seen.setdefault(record.identity, record.at)
                    elif record.identity not in seen:
                        (exercise_sights if record.exercise else feed_sights).append(record.at)
                seen.setdefault(record.identity, record.at)
            case SourceHeard():
                sources[record.occurrence] = Reception(record.state, record.at)
            # An interrupted page is shown again from its start; one that cannot be drawn must not stop the round.
            case Shown() if record.outcome in (Outcome.COMPLETE, Outcome.FAILED):
                last = shown_key(record.channel, record.item, record.language)
                shown_at.pop(last, None)
                shown_at[last] = record.at
            case _:
                pass
    return replace(
        happened,
        utterances=MappingProxyType(utterances),
        alerts_seen=MappingProxyType(seen),
        signed_seen=MappingProxyType(signed_seen),
        latest=latest,
        feed_sights=tuple(feed_sights[-MOST_AN_HOUR:]),
        exercise_sights=tuple(exercise_sights[-MOST_AN_HOUR:]),
        last_shown=last,
        shown_at=MappingProxyType(shown_at),
        sources=MappingProxyType(sources),
    )


def later(one: Stamp | None, other: Stamp) -> Stamp | None:
    """Which of them tells of the later hour, of those whose wall clock could be believed."""
    if other.state is ClockState.UNKNOWN:
        return one
    return other if one is None or other.wall > one.wall else one


def shown_key(channel: str | None, item: str, language: str) -> str:
    """How a shown item is remembered: each language of it by itself."""
    return f"{channel or ''}/{item}/{language}"
