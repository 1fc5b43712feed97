"""The director's answers: what should be on the board and in the loudspeaker, and until when that surely holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bundle.alert import Alert, AlertText
from bundle.asset import Clip
from bundle.base import BulletinClass
from bundle.items import Notice, SponsorMark, Wording
from bundle.policy import RebroadcastRules


class Why(StrEnum):
    """The reason for silence or for the built-in page."""

    NOTHING_DUE = "nothing-due"
    NO_CONTENT = "no-content"
    CLOCK_UNKNOWN = "clock-unknown"
    QUIET_HOURS = "quiet-hours"
    MUTED = "muted"
    KILLED = "killed"
    STOPPED_ON_SITE = "stopped-on-site"
    UNCONFIRMED = "unconfirmed"
    TEST_CARD = "test-card"


class Sign(StrEnum):
    """What the board must say besides its content."""

    MUTED = "muted"
    NOT_RECEIVED = "not-received"
    OLD_CONTENT = "old-content"
    CLOCK_UNKNOWN = "clock-unknown"


@dataclass(frozen=True)
class BuiltInPage:
    """The page that needs no bundle, no network and no file."""

    why: Why


@dataclass(frozen=True)
class NoticePage:
    """A notice in one language; *position* (1 is the first) of *count* in the present rotation."""

    channel: str
    version: int
    notice: Notice
    wording: Wording
    position: int
    count: int


@dataclass(frozen=True)
class AlertPage:
    """An emergency over everything else; the board turns through *texts*, the village's languages in its order."""

    channel: str
    alert: Alert
    texts: tuple[AlertText, ...]


@dataclass(frozen=True)
class CaptionPage:
    """The text of what sounds, while it sounds and for a time afterwards."""

    channel: str
    version: int
    item: str
    wording: Wording
    occurrence: str


@dataclass(frozen=True)
class TickerLine:
    """A running line: the *text* of *item* in one language."""

    channel: str
    version: int
    item: str
    language: str
    text: str


Main = BuiltInPage | NoticePage | AlertPage | CaptionPage


class Limit(StrEnum):
    """Why an alert of the feed, which no person signs, is held back."""

    NO_RULES = "no-rules"
    AREA = "area"
    LEVEL = "level"
    RATE = "rate"
    AT_ONCE = "at-once"
    AHEAD = "ahead"


class HeldBack(NamedTuple):
    """An alert of the feed that neither shows nor sounds: its identity, the *event*, and the *limit* that it meets."""

    item: str
    event: str
    limit: Limit


class FirstSight(NamedTuple):
    """An alert that the history does not know yet, by its identity; *feed*: no person signed it."""

    identity: str
    channel: str
    feed: bool = False
    exercise: bool = False


@dataclass(frozen=True)
class ScreenDecision:
    """The board: *main* page, *ticker* lines, a *sponsor* or none, *signs*; holds until *until* unless something happens.

    *area_name* and *contact* head and foot the page; *as_of* is the date of old content ("thông tin đến ngày …").
    *missing_languages* are (item, language) gaps of what is shown. *unseen* are alerts that the history does not know: the program
    writes an AlertSeen for each at once, so that they age without a clock. *held_back* is what of the feed is beyond its limits.
    """

    main: Main
    until: datetime | None
    ticker: tuple[TickerLine, ...] = ()
    sponsor: SponsorMark | None = None
    signs: tuple[Sign, ...] = ()
    area_name: str = ""
    contact: str = ""
    as_of: datetime | None = None
    missing_languages: tuple[tuple[str, str], ...] = ()
    unseen: tuple[FirstSight, ...] = ()
    held_back: tuple[HeldBack, ...] = ()


class Attention(StrEnum):
    """The signal before the speech, by class."""

    NONE = "none"
    CHIME = "chime"
    PRIORITY = "priority"
    EMERGENCY = "emergency"
    EXERCISE = "exercise"
    ALL_CLEAR = "all-clear"


@dataclass(frozen=True)
class Live:
    """Sound that is made while it is heard: always joined at its present, never resumed, over at *ends* whatever still comes.

    *url* is a stream's address or ``MICROPHONE``; *gain* in dB was signed for it.
    """

    url: str
    ends: datetime
    gain: float = 0.0


ENDING = timedelta(seconds=3)
"""A live source is still listed for so long after its end: what captures or decodes it ends by itself, and that is no loss."""
MICROPHONE = "microphone:"
"""The address of the unit's own microphone."""


@dataclass(frozen=True)
class Listen:
    """A live *source* that must be connected and judged by *rules* now, on air or not: from some time before *starts* until it ends.

    *key* is that of its utterance, and of the records that say how it is received.
    """

    key: str
    title: str
    source: Live
    starts: datetime
    rules: RebroadcastRules


@dataclass(frozen=True)
class Tone:
    """A steady test tone of *seconds*."""

    seconds: float


@dataclass(frozen=True)
class Clips:
    """Recordings that sound as one, without a gap; one that has not come when its turn comes is passed over.

    Two at least: a single one is a source by itself.
    """

    parts: tuple[Clip, ...]

    @property
    def duration(self) -> float:
        """Seconds from the first sample to the last if every part is there."""
        return sum(part.duration for part in self.parts)


def joined(parts: tuple[Clip, ...]) -> Clip | Clips:
    """*parts*, one at least, as a source."""
    return parts[0] if len(parts) == 1 else Clips(parts)


Source = Clip | Clips | Live | Tone


@dataclass(frozen=True)
class Utterance:
    """One thing to be heard: *key* names the occurrence, *due* when its first sample of speech leaves, *resume* where in the clip.

    *item* and *channel* say what it is; an alert's item is its identity. *attempt* counts how often it was begun, this one
    included: more than 1 after an interruption. *gain* (dB, never above 0) is what the rules of this hour leave of it, on top of
    what was signed for its *source*. *zones* are where it sounds, none means everywhere; a
    test of single amplifiers names their *lines*. Speech may begin over *music*, which is
    lowered; over speech it may not. *holder* is who opened it on site. *words* names an alert's words.
    """

    key: str
    channel: str
    version: int
    item: str
    bulletin_class: BulletinClass
    language: str
    source: Source
    text: str
    due: datetime
    attention: Attention = Attention.NONE
    resume: float = 0.0
    slot_ends: datetime | None = None
    attempt: int = 1
    gain: float = 0.0
    zones: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    music: bool = False
    holder: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Silence:
    """Nothing sounds, and why."""

    why: Why


@dataclass(frozen=True)
class Speak:
    """*queue* sounds gaplessly in this order, the first from its due time; the amplifier is on in time before it."""

    queue: tuple[Utterance, ...]


@dataclass(frozen=True)
class Skipped:
    """An occurrence that will not sound: written into the journal once by whoever plays (missed, or refused by rule)."""

    key: str
    channel: str
    version: int
    item: str
    rule: bool
    reason: str


@dataclass(frozen=True)
class SoundDecision:
    """The loudspeaker: *what*, until *until* unless something happens; *skipped* are to be journalled, once each.

    *listen* are the live sources to be connected. *missing_languages*, *unseen* and *held_back* as on the board; *unseen_orders*,
    (name, channel), want an OrderSeen in the same way.
    """

    what: Silence | Speak
    until: datetime | None
    skipped: tuple[Skipped, ...] = ()
    missing_languages: tuple[tuple[str, str], ...] = ()
    unseen: tuple[FirstSight, ...] = ()
    unseen_orders: tuple[tuple[str, str], ...] = ()
    listen: tuple[Listen, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
