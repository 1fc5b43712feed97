"""Who may send alerts to the registry, and what their codes mean here: ``sources.toml``, data that the province keeps."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from bundle.alert import Airings, CapName, RiskLevel, Status
from bundle.area import AreaCode
from bundle.base import Identifier, Language, Line, Sha256, Text
from bundle.errors import Complaint, Refused
from registry.alerts.codes import Certainty, ResponseType, Severity, Urgency
from registry.making.findings import Findings
from registry.making.source import Input
from registry.making.texts import read_text

Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Geocode(Input):
    """One kind of code for places (*kind* is its ``valueName``): a *table* to our areas, or *prefix* before the code itself.

    A code that the table lacks is another's place. A kind that is not named here matches nothing. With *parameter* the codes stand in
    a parameter of the info instead of the area, and with *separator* several of them in one value.
    """

    kind: Code
    table: dict[Code, AreaCode] = Field(default_factory=dict)
    prefix: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)*$", max_length=60)] | None = None

    parameter: bool = False
    separator: Annotated[str, StringConstraints(min_length=1, max_length=3)] | None = None

    def codes(self, value: str) -> list[str]:
        """The codes in one *value*."""
        return [code.strip() for code in value.split(self.separator)] if self.separator else [value]

    def area(self, code: str) -> str | None:
        """Our area for *code*."""
        if code in self.table or self.prefix is None:
            return self.table.get(code)
        return f"{self.prefix}{code.lower()}"


class EventCodes(Input):
    """The events of one list (*kind* is its ``valueName``): code → the phrase that every unit holds for it, or "" for none."""

    kind: Code
    phrases: dict[Code, Identifier | Literal[""]]


class LevelRule(Input):
    """A message that is at least so severe, urgent and sure has this *level* (or a higher one by another rule)."""

    level: RiskLevel = Field(strict=False)
    severity: Severity = Field(default=Severity.UNKNOWN, strict=False)
    urgency: Urgency = Field(default=Urgency.UNKNOWN, strict=False)
    certainty: Certainty = Field(default=Certainty.UNKNOWN, strict=False)

    def holds(self, severity: Severity, urgency: Urgency, certainty: Certainty) -> bool:
        """Whether a message with these words reaches the rule; words are compared by rank."""
        return severity.rank >= self.severity.rank and urgency.rank >= self.urgency.rank and certainty.rank >= self.certainty.rank


class LevelParameter(Input):
    """A parameter (*kind* is its ``valueName``) in which the source tells the level itself: value → level. It wins over the rules."""

    kind: Code
    levels: dict[Code, Annotated[RiskLevel, Field(strict=False)]]


class Ended(Input):
    """What is said in one language when the source ends an alert and gives no words for it."""

    headline: Line
    instruction: Text
    where: Line


class Source(Input):
    """One sender of alerts, for the places in *areas* and no others.

    What it sends waits *hold_off_seconds* for a person who stops it; it may send *per_minute* messages. *token* is the SHA-256 of the
    secret that it shows at the door. *languages*: its tags (BCP 47) → ours, in the order of the versions. *geocode*: of the kinds that an
    area has, only the first that stands here counts. *life_hours* is how long an alert holds that names no end, *ahead_seconds* how far
    its clock may be before ours. *files_inside*: it must send resources along (``derefUri``). *speech_parameter* is the ``valueName`` of a
    parameter that holds the words to be spoken. *advice*: what people should do, by language and response type, where a message does not
    say it. *ended*: the words of a Cancel that has none, by language.
    """

    id: Identifier
    name: Line
    issuing_body: Line
    senders: Annotated[list[CapName], Field(min_length=1, max_length=50)]
    areas: Annotated[list[AreaCode], Field(min_length=1, max_length=500)]
    hold_off_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    per_minute: Annotated[int, Field(ge=1, le=600)] = 6
    token: Sha256 | None = None
    statuses: tuple[Annotated[Status, Field(strict=False)], ...] = Field(
        default=(Status.ACTUAL, Status.EXERCISE, Status.TEST), strict=False
    )
    languages: Annotated[dict[Code, Language], Field(min_length=1, max_length=40)]
    geocode: Annotated[list[Geocode], Field(min_length=1, max_length=20)]
    event_codes: Annotated[list[EventCodes], Field(max_length=20)] = Field(default_factory=list)
    level: Annotated[list[LevelRule], Field(min_length=1, max_length=100)]
    level_parameter: LevelParameter | None = None
    airings: Airings = Airings()
    life_hours: Annotated[float, Field(gt=0, le=72)] = 6.0
    ahead_seconds: Annotated[float, Field(ge=0, le=3600)] = 300.0
    files_inside: bool = False
    speech_parameter: Code | None = None
    advice: dict[Language, dict[Annotated[ResponseType, Field(strict=False)], Line]] = Field(default_factory=dict)
    ended: dict[Language, Ended] = Field(default_factory=dict)

    def language(self, tag: str) -> Language | None:
        """Ours for *tag*: that of the tag itself, else of its language whatever the region; None when it is not declared."""
        known = {each.lower(): ours for each, ours in self.languages.items()}
        spoken = tag.lower().split("-")[0]
        alike = (ours for each, ours in known.items() if each.split("-")[0] == spoken)
        return known.get(tag.lower()) or known.get(spoken) or next(alike, None)

    @model_validator(mode="after")
    def _every_message_has_a_level(self) -> Self:
        if not any(rule.holds(Severity.UNKNOWN, Urgency.UNKNOWN, Certainty.UNKNOWN) for rule in self.level):
            raise ValueError("no level for a message of unknown severity: one rule must name a level and nothing else")
        return self


class SourcesFile(Input):
    """``sources.toml``."""

    format: Literal[1]
    source: Annotated[list[Source], Field(max_length=200)]

    @model_validator(mode="after")
    def _each_sender_once(self) -> Self:
        senders = [sender for source in self.source for sender in source.senders]
        if twice := {sender for sender in senders if senders.count(sender) > 1}:
            raise ValueError(f"one sender in two sources: {', '.join(sorted(twice))}")
        return self


def read_sources(path: Path) -> tuple[Source, ...]:
    """The sources in *path*; ``Refused`` names every fault of it."""
    findings = Findings()
    try:
        return tuple(SourcesFile.model_validate(tomllib.loads(read_text(path, path.name))).source)
    except OSError as problem:
        raise Refused(Complaint(str(path), f"không đọc được / cannot be read: {problem.strerror}", "xem đường dẫn / check it")) from None
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Refused(Complaint(path.name, f"không đọc được TOML / not readable as TOML: {problem}", "sửa tệp / correct it")) from None
    except ValidationError as problem:
        findings.take_invalid(problem, path.name, SourcesFile)
        raise findings.refused() from None


def source_of(sources: Sequence[Source], sender: str) -> Source | None:
    """The source that this sender belongs to."""
    return next((source for source in sources if sender in source.senders), None)
