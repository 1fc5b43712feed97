"""What a report says: as little as tells everything, and when it is due. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.timing import Rhythm
from device.journal import record_json
from device.unit import UnitRecord
from director.moment import Moment
from evidence.health import Health
from evidence.packing import deflated
from evidence.report import Journalled, ProgramStatus, Report
from evidence.signing import sign

DEBOUNCE = 1.0
"""Seconds that an urgent report waits for what follows at once: one alert makes several lines."""

AGENT = "agent"
ALERT = "alert:"

LONGEST_SILENCE = 900.0
"""However rarely a unit polls, the registry hears of it this often; three of these are its patience."""

FULL_AFTER = 3600.0 - LONGEST_SILENCE + 60.0
"""Seconds after which a report is full again: the next one after it would be more than a minute beyond the hour."""


@dataclass(frozen=True)
class Sketch:
    """What would be reported now, apart from the journals: which version of ours runs, and the newest *permit* that the unit holds.

    *health* is read only for a report that may carry it.
    """

    programs: tuple[ProgramStatus, ...]
    software: str | None = None
    permit: int | None = None
    health: Health | None = None

    @property
    def versions(self) -> dict[str, int]:
        """The newest version in force by target, as the programs that obey it say; the agent obeys nothing."""
        found: dict[str, int] = {}
        for status in (each for each in self.programs if each.program != AGENT):
            for target, version in status.versions.items():
                found[target] = max(version, found.get(target, 0))
        return found

    @property
    def standing(self) -> object:
        """What is worth a report of its own when it changes: an alert that is on, or no more; a turned page is not."""
        said = ((each.program, each.ready, each.reasons, each.simulated, each.volume, each.muted) for each in self.programs)
        return self.versions, self.received, self.software, tuple(said), tuple(_alert(each) for each in self.programs)

    @property
    def received(self) -> dict[str, int]:
        """The versions that the agent has and nobody obeys yet, or no more."""
        held = next((each.versions for each in self.programs if each.program == AGENT), {})
        versions = self.versions
        return {target: version for target, version in held.items() if versions.get(target) != version}


def _alert(status: ProgramStatus) -> tuple[bool, str]:
    """Whether an emergency is presented, and which airing of one leaves the driver."""
    occurrence = status.sounding.occurrence if status.sounding else ""
    return status.emergency, occurrence if occurrence.startswith(ALERT) else ""


def report(record: UnitRecord, moment: Moment, n: int, sketch: Sketch, lines: tuple[Journalled, ...]) -> Report:
    """The report: a program's versions are left out where they are the unit's.

    Of the agent's each is left out that is the unit's: as long as everything that came is obeyed, they cost no byte.
    """
    versions, received = sketch.versions, sketch.received
    programs = tuple(_brief(status, received if status.program == AGENT else _own(status, versions)) for status in sketch.programs)
    return Report(
        unit=record.unit,
        boot=moment.boot,
        n=n,
        at=moment.stamp(),
        versions=versions,
        programs=programs,
        lines=lines,
        software=sketch.software,
        permit=sketch.permit,
        health=sketch.health,
    )


def _own(status: ProgramStatus, versions: dict[str, int]) -> dict[str, int]:
    return {} if status.versions == versions else status.versions


def _brief(status: ProgramStatus, versions: dict[str, int]) -> ProgramStatus:
    # Whole seconds: nobody needs the moment of a status finer, and each digit travels.
    at = status.at.model_copy(update={"wall": status.at.wall.replace(microsecond=0), "mono": float(int(status.at.mono))})
    return status.model_copy(update={"at": at, "said": None, "reported": None, "versions": versions})


def signed(told: Report, key_pem: bytes) -> str:
    """The report as it travels: compact, packed, signed."""
    # What older software would refuse anyway is packed in the way that it does not know.
    newer = told.health is not None or told.since is not None
    return sign(deflated(record_json(document(told)), newer), key_pem)


def document(told: Report) -> dict[str, object]:
    """The report without what has its default, but with its format and the kind of each line."""
    compact = told.model_dump(mode="json", exclude_defaults=True, exclude={"lines"})
    lines = [
        {"program": entry.program, "line": {"kind": entry.line.kind, **entry.line.model_dump(mode="json", exclude_defaults=True)}}
        for entry in told.lines
    ]
    return {"format": 1, **compact, **({"lines": lines} if lines else {})}


@dataclass
class Cadence:
    """When the next report is due, in monotonic seconds; told of everything that may hasten or delay it."""

    rhythm: Rhythm
    regular: float
    urgent_since: float | None = None
    not_before: float = 0.0
    failures: int = 0

    @classmethod
    def of(cls, unit: str, poll_seconds: float, now: float) -> "Cadence":
        """The cadence of *unit*, which reports as often as it polls, and first soon after its start."""
        rhythm = Rhythm.of(unit, min(poll_seconds, LONGEST_SILENCE))
        return cls(rhythm, rhythm.first(now))

    def hasten(self, now: float) -> None:
        """Something urgent happened."""
        if self.urgent_since is None:
            self.urgent_since = now

    def due(self, now: float) -> bool:
        """Whether to report now."""
        urgent = self.urgent_since is not None and now - self.urgent_since >= DEBOUNCE
        return now >= self.not_before and (urgent or now >= self.regular)

    def reported(self, now: float) -> None:
        """Everything was delivered."""
        self.regular, self.urgent_since, self.not_before, self.failures = self.rhythm.next(now), None, 0.0, 0

    def failed(self, now: float, retry_after: float | None, jitter: float) -> None:
        """The registry could not be reached, or refused: it is due again, after a while."""
        self.failures += 1
        self.regular = now
        self.not_before = self.rhythm.retry(now, self.failures, retry_after, jitter)

    def reachable(self) -> None:
        """The registry answered something else: no need to wait longer."""
        self.not_before = 0.0


def sketch(statuses: Iterable[ProgramStatus | None], software: str | None = None, permit: int | None = None) -> Sketch:
    """Of the programs that said something."""
    return Sketch(tuple(status for status in statuses if status is not None), software, permit)
