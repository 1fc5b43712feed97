"""What travels between unit and registry: enrolment, status, reports and their acknowledgement."""

from typing import Annotated, Any, Literal, Self

from pydantic import Base64UrlBytes, Field, model_validator

from bundle.area import AreaCode
from bundle.base import Identifier, Language, Line, Model, Sentence, Sha256, UnitId
from bundle.software import Number
from evidence.admission import MAX_ADMISSION
from evidence.card import CardClaim
from evidence.health import Health
from evidence.keys import RegistryKeys
from evidence.pairing import Nonce
from evidence.records import MOST_SCREENSHOT, JournalLine, OccurrenceKey, Stamp, TimeSource
from evidence.self_test import SelfTest
from evidence.signed import Signed

MAX_BATCH = 500
MAX_ENROLMENT = 64 * 1024
"""Bytes, as signed."""
TAKES, CHANGES, FULL = "Bangtin-Takes", "changes", "full"
"""The header of the registry's answers to reports by which a unit knows that it may send health and short reports; *full* asks for a
full one at once, because the one that a short one stood on is not there. Older software on either side refuses a field that it does not
know, and passes over a header."""


class ProgramStatus(Model):
    """``/run/bangtin/status/<program>.json``: what one program is doing now. *ready* is false with its reasons.

    *versions* are what the program obeys, by target; the agent's are what it has received and proved. A report leaves out those of a
    program that are all the same as the unit's, and of the agent's each that is: what arrived is the report's overlaid by the agent's.
    *emergency*: what the board presents is one. *volume* (dB) and *muted*, why and until when, are what orders leave of its sound.
    *unreceived*: a live programme should be on air and cannot be received. *time_source* is told by the agent alone;
    *said* is for the people in front of the unit, and *reported* when the registry took a report last; both stay on the unit.
    """

    format: Literal[1] = 1
    program: Identifier
    at: Stamp
    ready: bool
    reasons: tuple[Sentence, ...] = ()
    showing: Line | None = None
    emergency: bool = False
    sounding: "Sounding | None" = None
    unreceived: bool = False
    volume: Annotated[float, Field(ge=-30, le=0)] = 0.0
    muted: Sentence | None = None
    versions: Annotated[dict[str, int], Field(default_factory=dict)]
    simulated: tuple[Line, ...] = ()
    time_source: TimeSource | None = None
    said: "Said | None" = None
    reported: Stamp | None = None


class Said(Model):
    """A sentence for the people in front of the unit, and when it was said."""

    text: Sentence
    at: Stamp


class Sounding(Model):
    """What leaves the loudspeaker now: the board shows its text."""

    occurrence: OccurrenceKey
    item: Line
    channel: AreaCode
    language: Language
    since: Stamp


class ScreenshotRequest(Model):
    """``/run/bangtin/screenshot/request.json``: somebody wants to see the board; *request* names the answer."""

    format: Literal[1] = 1
    request: Identifier


class Screenshot(Model):
    """The answer: what the board had presented *at* that moment, read back from the surface that it presented, as WebP of few bytes.

    *glass* says whether the display hardware was given the same picture, which is not yet a lit panel. Without a *picture*, *why* says why.
    """

    format: Literal[1] = 1
    request: Identifier
    at: Stamp
    showing: Line | None = None
    glass: Literal["there", "missing", "unknown"] = "unknown"
    why: Sentence | None = None
    picture: Annotated[Base64UrlBytes, Field(max_length=MOST_SCREENSHOT)] | None = None
    simulated: tuple[Line, ...] = ()


class Journalled(Model):
    """A journal line with the journal it came from."""

    program: Identifier
    line: JournalLine


class Report(Model):
    """One report, the payload of a compact JWS (Ed25519) by the unit's own key; (unit, boot, n) makes it idempotent.

    *software* is the version of ours that runs, *permit* the number of the newest permit that the unit holds: that one need not be sent.
    Without *since* it tells everything; with it what changed after the full report of that number (:mod:`evidence.changes`), and of
    *programs*, *software* and *health* only that. *versions* and *permit* are always told: archives and answers need no other report.
    """

    format: Literal[1] = 1
    unit: UnitId
    boot: Annotated[str, Field(max_length=64)]
    n: Annotated[int, Field(ge=0, lt=2**63)]
    at: Stamp
    versions: Annotated[dict[str, int], Field(default_factory=dict)]
    programs: tuple[ProgramStatus, ...] = ()
    lines: Annotated[tuple[Journalled, ...], Field(max_length=MAX_BATCH)] = ()
    software: Number | None = None
    permit: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    since: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    health: Health | None = None


class Batch(Model):
    """``POST /v1/report``: compact JWS strings, each one report."""

    format: Literal[1] = 1
    reports: Annotated[tuple[Annotated[str, Signed(Report)], ...], Field(min_length=1, max_length=50)]


class Acknowledgement(Model):
    """Given after commit: the highest journal line kept per program, and which of the batch was refused and why.

    *permits* are those that the unit does not hold yet (:mod:`evidence.permit`). *stranger*: nobody enrolled this unit here, or a
    restored database has forgotten it; then the unit shows again what let it in.
    """

    format: Literal[1] = 1
    kept: dict[str, int]
    reports: tuple[int, ...] = ()
    refused: Annotated[dict[str, str], Field(default_factory=dict)]
    newest: Annotated[dict[str, int], Field(default_factory=dict)]
    permits: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    stranger: bool = False


class StickAcknowledgement(Model):
    """What the registry says back on a stick: signed by its own key, for the unit whose key has this *thumbprint*, for nobody else."""

    format: Literal[1] = 1
    kind: Literal["stick-acknowledgement"] = "stick-acknowledgement"
    unit: UnitId
    thumbprint: Annotated[str, Field(max_length=64)]
    kept: dict[str, int]


class Enrolment(Model):
    """``POST /v1/enrol``: the unit's public *key* as JWK; the request is itself a JWS by that key.

    Either a technician accepts it: *nonce* and *root* (SHA-256 of the trust root that the unit was given) are what the code on its
    board covers (:mod:`evidence.pairing`). Or it brings a single-use *grant*, or the *card* by which it has enrolled itself. *serial*
    is that of the machine, where it has one; *tests* are for the technician to read; *replaces* names a broken unit whose place it takes.
    A unit that was let in before shows its *admission* (:mod:`evidence.admission`) to a registry that has forgotten it. *again*:
    it was let in before; older releases say in it up to which line each journal was acknowledged, because they never send those again.
    """

    format: Literal[1] = 1
    unit: UnitId
    key: dict[str, Any]
    hardware: Line
    grant: Annotated[str, Field(min_length=16, max_length=200)] | None = None
    serial: Line | None = None
    nonce: Nonce | None = None
    root: Sha256 | None = None
    tests: Annotated[tuple[SelfTest, ...], Field(max_length=60)] = ()
    replaces: UnitId | None = None
    card: CardClaim | None = None
    admission: Annotated[str, Field(max_length=MAX_ADMISSION)] | None = None
    again: Annotated[dict[Identifier, Annotated[int, Field(ge=0, lt=2**63)]], Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _either_way(self) -> Self:
        if not (self.grant or self.card or self.admission) and (self.nonce is None or self.root is None):
            raise ValueError("cần grant, card, admission, hoặc nonce và root / needs a grant, a card, an admission, or nonce and root")
        return self


class Pending(Model):
    """202: nobody has accepted the unit yet; it asks again after *wait* seconds. *seen*: a technician has opened its page."""

    format: Literal[1] = 1
    unit: UnitId
    seen: bool = False
    wait: Annotated[float, Field(ge=1, le=3600)] = 5.0


class Enrolled(Model):
    """The registry's answer: where the unit stands and whom it follows. *root* is checked against the grant's fingerprint.

    *keys* are missing from a registry of an older release, and so is the *admission*, which the unit keeps (:mod:`evidence.admission`).
    """

    format: Literal[1] = 1
    unit: UnitId
    place: AreaCode
    place_name: Line
    channels: tuple[AreaCode, ...]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    root: str
    content: Line
    keys: RegistryKeys | None = None
    admission: Annotated[str, Field(max_length=MAX_ADMISSION)] | None = None
