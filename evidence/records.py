"""The lines of a unit's journals: each says what happened, when by three clocks, and how strongly that is known."""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

from pydantic import Base64UrlBytes, Field, TypeAdapter

from bundle.area import AreaCode
from bundle.base import Identifier, Instant, Language, Line, Model, Sentence, Sha256
from bundle.software import Number
from evidence.duties import Duty
from evidence.visits import Checked, Part

MOST_PHOTO = 40_000
"""Bytes: some twenty seconds of a thin link."""
MOST_SCREENSHOT = 20 * 1024
"""Bytes."""
MOST_EXCERPT = 8 * 1024
"""Bytes of an excerpt of a log, packed."""


MOST_SECONDS = 10_000_000_000
"""Three centuries: no clock of ours can tell of more, and moments stay what can be reckoned with."""
RATE = 48_000
"""Samples a second of everything that a unit plays."""
MOST_SAMPLES = RATE * 86_400 * 31
"""What leaves a driver in a month: no utterance is as long."""

Whole = Annotated[int, Field(ge=0, lt=2**63)]
Seconds = Annotated[float, Field(ge=0, le=MOST_SECONDS)]


class Rung(IntEnum):
    """The four rungs of proof, never mixed up; a missing sensor is ``UNKNOWN``, never OK."""

    UNKNOWN = 0
    COMMANDED = 1
    LEFT_DRIVER = 2
    ELECTRICAL = 3
    HEARD = 4


class ClockState(StrEnum):
    """How far the wall clock may be believed (FIELD: trusted, holdover, unknown)."""

    TRUSTED = "trusted"
    HOLDOVER = "holdover"
    UNKNOWN = "unknown"


class TimeSource(StrEnum):
    """What vouches for the clock now: a time service (NTP or GNSS), the battery-backed clock, or nothing."""

    NTP = "ntp"
    RTC = "rtc"
    NONE = "none"


class Stamp(Model):
    """One moment by three clocks: *wall* time with its *state*, and *mono* seconds within one *boot*."""

    wall: Instant
    state: ClockState
    boot: Annotated[str, Field(max_length=64)]
    mono: Annotated[float, Field(ge=-MOST_SECONDS, le=MOST_SECONDS)]


class Outcome(StrEnum):
    """How one occurrence ended, or that it has begun."""

    STARTED = "started"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    MISSED = "missed"
    REFUSED_BY_RULE = "refused-by-rule"


OccurrenceKey = Annotated[str, Field(max_length=400)]


class Record(Model):
    """What every line carries; *n* counts up within one program's journal, so that gaps are visible."""

    n: Whole
    at: Stamp
    simulated: bool = False


class Shown(Record):
    """One presentation of an item in one language: *pages* of *of* pages stayed their dwell; *frames* were really presented.

    All the while the mark of *sponsor* stood at the foot, on *sponsor_area* of the board (a part from 0 to 1).
    """

    kind: Literal["shown"] = "shown"
    item: Line
    channel: AreaCode | None
    version: Whole
    language: Language
    began: Stamp
    pages: Whole
    of: Whole
    frames: Whole
    outcome: Outcome
    sponsor: Identifier | None = None
    sponsor_area: Annotated[float, Field(ge=0, le=1)] = 0.0


class Sounded(Record):
    """One step in the life of one utterance (an announcement of a session, or one airing of an alert).

    STARTED is on the card before the first sample sounds. *offset* is seconds of the clip that were heard,
    *samples* what left the driver and *level* how loud that was (dBFS, RMS of what was not silence); *late* seconds between due time
    and first sample of speech, if one sounded: at the horn, with the *latency* seconds from the driver to it that were calibrated; where
    that is None the latency is unknown, and *late* is that of the driver. *holder* is who opened it on site.
    *zones* is where it was let sound, none means everywhere; at its end only where every amplifier line carried it, if some did not.
    *words* names an alert's words (``bundle.alert.said_in``): two texts may come under one identity.
    """

    kind: Literal["sounded"] = "sounded"
    occurrence: OccurrenceKey
    item: Line
    channel: AreaCode
    version: Whole
    language: Language | None = None
    outcome: Outcome
    rung: Rung = Rung.UNKNOWN
    offset: Seconds = 0.0
    samples: Annotated[int, Field(ge=0, le=MOST_SAMPLES)] = 0
    late: Annotated[float, Field(ge=-MOST_SECONDS, le=MOST_SECONDS)] | None = None
    latency: Annotated[float, Field(ge=0, le=10)] | None = None
    reason: str = ""
    level: Annotated[float, Field(ge=-200, le=10)] | None = None
    holder: Line | None = None
    zones: tuple[Identifier, ...] = ()
    words: Annotated[str, Field(pattern=r"^[0-9a-f]*$", max_length=64)] = ""


class AlertSeen(Record):
    """The first time this unit held a verified alert: identity and monotonic age survive a wrong clock.

    *feed*: no person signed it. *exercise*: it is no real one.
    """

    kind: Literal["alert-seen"] = "alert-seen"
    identity: Line
    channel: AreaCode
    feed: bool = False
    exercise: bool = False


class OrderSeen(Record):
    """The first time this unit held a verified order for it: its answer that the order arrived, and its age without a clock."""

    kind: Literal["order-seen"] = "order-seen"
    identity: Line
    channel: AreaCode


class Obedience(StrEnum):
    """What became of an order here. *Refused*: this unit may not, or not now; *too late*: it ended before the unit could obey it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    TOO_LATE = "too-late"


class Answered(Record):
    """The unit's one answer to the order *identity*; *reason* says what was done, or why not.

    *picture* is the board as WebP; *excerpt* the end of a log as UTF-8, packed by :mod:`evidence.packing`.
    """

    kind: Literal["answered"] = "answered"
    identity: Line
    channel: AreaCode
    outcome: Obedience
    reason: Sentence
    picture: Annotated[Base64UrlBytes, Field(max_length=MOST_SCREENSHOT)] | None = None
    excerpt: Annotated[Base64UrlBytes, Field(max_length=MOST_EXCERPT)] | None = None


class SourceState(StrEnum):
    """Whether a live source can be heard here, and if not, why: *silent* also when it plays on without a sound."""

    GOOD = "good"
    SILENT = "silent"
    STALLED = "stalled"
    UNREACHABLE = "unreachable"
    OVER_BUDGET = "over-budget"


class SourceHeard(Record):
    """From here on the live source of *occurrence* is good or lost, whether or not it was on air; *detail* says what was seen."""

    kind: Literal["source-heard"] = "source-heard"
    occurrence: OccurrenceKey
    state: SourceState
    detail: Sentence | None = None


class Switched(Record):
    """An amplifier line was driven; *activation* numbers one use from warm-up to off."""

    kind: Literal["switched"] = "switched"
    line: Identifier
    active: bool
    activation: Whole
    reason: str


class StoppedOnSite(Record):
    """Stop number *count* at the unit's own switch, which names nobody; or, not *stopped*, that *person* let the unit go on."""

    kind: Literal["stopped-on-site"] = "stopped-on-site"
    count: Whole
    stopped: bool
    person: Line | None = None


class OpenedOnSite(Record):
    """*holder* opened something at the unit itself for at most *seconds*; keys of what then sounded begin with *occurrence*.

    *urgent*: they said that it could not wait for the end of the quiet hours, and answer for it.
    """

    kind: Literal["opened-on-site"] = "opened-on-site"
    occurrence: OccurrenceKey
    holder: Line
    seconds: Seconds
    urgent: bool = False


class Recording(Record):
    """What was said into the unit's microphone as *occurrence* is kept on its card: *size* bytes, *seconds* long, with this hash."""

    kind: Literal["recording"] = "recording"
    occurrence: OccurrenceKey
    sha256: Sha256
    size: Whole
    seconds: Seconds


class PageReason(StrEnum):
    """Why a unit opened its own page: nothing else led to the registry, somebody held its button, or a signed order."""

    FIRST_BOOT = "first-boot"
    BUTTON = "button"
    ORDER = "order"


class PageOpened(Record):
    """The unit opened its own page, the only time that it listens to strangers; by an order, *order* names it."""

    kind: Literal["page-opened"] = "page-opened"
    why: PageReason
    seconds: Seconds
    order: Line | None = None


class PageClosed(Record):
    """The unit's own page is closed again; *phones* proved the PIN, and *wrong* PINs were tried."""

    kind: Literal["page-closed"] = "page-closed"
    phones: Whole
    wrong: Whole


class Maintained(Record):
    """A visit: *person* did *what*, changed *parts*, and read on the SIM that its data ends on *sim_expires*."""

    kind: Literal["maintained"] = "maintained"
    person: Line
    what: Line
    parts: Annotated[tuple[Part, ...], Field(max_length=20)] = ()
    sim_expires: date | None = None


class Commissioned(Record):
    """*technician* confirmed the unit at *place*: all that was looked at, who holds which of the five duties, and whose hardware it is.

    *serials* are of the machine, card, screen, SIM and network card where they tell; *software* is the version that did this.
    *photos* are named by their digests, each in a record of its own.
    """

    kind: Literal["commissioned"] = "commissioned"
    technician: Line
    place: AreaCode
    place_name: Line
    software: Line
    checked: Annotated[tuple[Checked, ...], Field(max_length=150)]
    duties: dict[Duty, Line]
    serials: dict[Identifier, Line]
    photos: Annotated[tuple[Sha256, ...], Field(max_length=10)] = ()


class Photo(Record):
    """A photograph of the site, WebP of at most `MOST_PHOTO` bytes with this *sha256*."""

    kind: Literal["photo"] = "photo"
    sha256: Sha256
    picture: Annotated[Base64UrlBytes, Field(max_length=MOST_PHOTO)]


class Upgrade(StrEnum):
    """What became of a release on one unit; *refused* is what never got as far as a trial: nothing changed."""

    BEGUN = "begun"
    GOOD = "good"
    REVERTED = "reverted"
    REFUSED = "refused"


class Upgraded(Record):
    """*release* of *channel*, with the version *software* of ours, began its trial here, or ended it; *was* is the version before."""

    kind: Literal["upgraded"] = "upgraded"
    channel: AreaCode
    release: Number
    software: Number
    was: Number | None = None
    outcome: Upgrade
    reason: Sentence | None = None


class FaultCode(StrEnum):
    """The closed list of what can be wrong with a unit."""

    SCREEN_LOST = "screen-lost"
    SCREEN_MISFIT = "screen-misfit"
    PICTURE_MISSING = "picture-missing"
    PICTURE_FROZEN = "picture-frozen"
    FONT_MISSING = "font-missing"
    SPEAKER_LOST = "speaker-lost"
    AMPLIFIER_LOST = "amplifier-lost"
    STUCK_ON = "stuck-on"
    STUCK_OFF = "stuck-off"
    SILENT_OUTPUT = "silent-output"
    NOT_HEARD = "not-heard"
    SOURCE_LOST = "source-lost"
    CLIP_UNPLAYABLE = "clip-unplayable"
    PAGE_UNDRAWABLE = "page-undrawable"
    MEDIA_UNREADABLE = "media-unreadable"
    CONTENT_REFUSED = "content-refused"
    UNREACHABLE = "unreachable"
    DATA_BUDGET = "data-budget"
    SHELF_FULL = "shelf-full"
    SHELF_DAMAGED = "shelf-damaged"
    LANGUAGE_MISSING = "language-missing"
    CLASS_UNKNOWN = "class-unknown"
    ZONE_UNKNOWN = "zone-unknown"
    FEED_HELD_BACK = "feed-held-back"
    UNDERRUN = "underrun"
    CLOCK_UNKNOWN = "clock-unknown"
    GENERATIONS_DIFFER = "generations-differ"
    QUARANTINED = "quarantined"
    UNWRITABLE = "unwritable"
    CARD_COPIED = "card-copied"
    DUTY_UNHELD = "duty-unheld"
    CARD_REFUSED = "card-refused"
    MODEM_HANGS = "modem-hangs"
    REPLACED_SPOKE = "replaced-spoke"
    READMITTED = "readmitted"
    REPLACEMENT_PENDING = "replacement-pending"


class Fault(Record):
    """Something is wrong (*active*) or right again; *detail* is one clear sentence."""

    kind: Literal["fault"] = "fault"
    code: FaultCode
    detail: Annotated[str, Field(max_length=2000)]
    active: bool = True


class Gap(Record):
    """Lines *first* to *last* of this journal were lost (a torn tail after a power cut): known to be unknown."""

    kind: Literal["gap"] = "gap"
    first: Whole
    last: Whole


_Played = Shown | Sounded | AlertSeen | OrderSeen | Answered | SourceHeard | Switched
_OnSite = StoppedOnSite | OpenedOnSite | Recording | PageOpened | PageClosed | Maintained
_Line = _Played | _OnSite | Commissioned | Photo | Upgraded | Fault | Gap
JournalLine = Annotated[_Line, Field(discriminator="kind")]
journal_line: TypeAdapter[_Line] = TypeAdapter(JournalLine)
