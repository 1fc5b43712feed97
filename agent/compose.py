"""What a report says: as little as tells everything. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from device.unit import UnitRecord
from director.moment import Moment
from evidence.health import Health
from evidence.report import Journalled, ProgramStatus, Report

AGENT = "agent"
ALERT = "alert:"


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


def sketch(statuses: Iterable[ProgramStatus | None], software: str | None = None, permit: int | None = None) -> Sketch:
    """Of the programs that said something."""
    return Sketch(tuple(status for status in statuses if status is not None), software, permit)
