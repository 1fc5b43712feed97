"""A release of the units' own software: packages by their hashes, the stages in which units take it, and when it counts as good.

Debian's security updates travel in the same document, as packages of Debian's own. Two persons sign it (the role ``software``); a unit
applies it only when its registry permits as well (``evidence.permit``), which can withhold and cannot hurry beyond what stands here.
"""

import hashlib
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bundle.area import AreaCode
from bundle.asset import Asset
from bundle.base import Instant, Line, Model, UnitId

COHORTS = 100
MAX_PACKAGE = 256 * 1024 * 1024
"""Bytes. The wheels of one architecture are the largest that we make (docs/releases.md says how large)."""

Number = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){1,3}$")]
"""A version of ours: two to four numbers with dots. What counts up can be compared, so that no unit is led back."""
# Debian policy 5.6.1, 5.6.12 and 5.6.8: what dpkg takes, and nothing that could be an option or a path.
PackageName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9+.-]{1,99}$")]
PackageVersion = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,5}:)?[0-9][A-Za-z0-9.+~-]{0,98}$")]
Architecture = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,20}$")]
Suite = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,30}$")]


class Package(Asset):
    """A Debian package file: of these bytes, and in it what *name* and *version* say."""

    size: Annotated[int, Field(gt=0, le=MAX_PACKAGE)]
    name: PackageName
    version: PackageVersion


class Build(Model):
    """What a unit of this Debian *suite* and *architecture* installs."""

    architecture: Architecture
    suite: Suite
    packages: Annotated[tuple[Package, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        twice = [name for name, count in Counter(package.name for package in self.packages).items() if count > 1]
        if twice:
            raise ValueError(f"a package stands twice: {', '.join(twice)}")
        return self


class Stage(Model):
    """The units of the first *percent* cohorts. It lasts *hours* at least; the next begins when *good* % of its units found it good.

    More than *failures* units that went back stop the roll-out.
    """

    percent: Annotated[int, Field(ge=1, le=COHORTS)]
    hours: Annotated[float, Field(ge=0, le=24 * 90)]
    good: Annotated[int, Field(ge=0, le=100)] = 80
    failures: Annotated[int, Field(ge=0, le=100_000)] = 0


class Health(Model):
    """When a unit keeps the release. Times in seconds.

    It begins when nothing will sound for *quiet*, and its packages are installed within *install*. Programs that were ready before are
    ready again within *settle*, and from then on for *trial*; each service may die *restarts* times in all. A unit that had a link has a
    report accepted within *report*. The way back waits *silence* at most for what sounds. A trial that is cut off (by a power cut, say)
    begins again; the *cut_offs*th time the unit goes back.
    """

    install: Annotated[float, Field(gt=0, le=6 * 3600)] = 3600.0
    quiet: Annotated[float, Field(ge=0, le=3600)] = 300.0
    settle: Annotated[float, Field(gt=0, le=3600)] = 180.0
    trial: Annotated[float, Field(ge=0, le=24 * 3600)] = 900.0
    report: Annotated[float, Field(ge=0, le=24 * 3600)] = 3600.0
    silence: Annotated[float, Field(gt=0, le=24 * 3600)] = 3600.0
    restarts: Annotated[int, Field(ge=0, le=100)] = 1
    cut_offs: Annotated[int, Field(ge=1, le=10)] = 2


class Release(Model):
    """``<channel>/software.json``. With the release *number* the version *software* of ours is the one that runs.

    The numbers differ when only Debian's packages are renewed. *reason* is for those who sign it. *since* is when its first stage
    may begin; nobody hurries the later ones before the hours of those before them have passed.
    """

    format: Literal[1]
    channel: AreaCode
    number: Number
    software: Number
    since: Instant
    reason: Line
    builds: Annotated[tuple[Build, ...], Field(min_length=1, max_length=20)]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=10)]
    health: Health = Health()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        places = Counter((build.architecture, build.suite) for build in self.builds)
        if twice := [" ".join(place) for place, count in places.items() if count > 1]:
            raise ValueError(f"a build stands twice: {', '.join(twice)}")
        lacking = [build for build in self.builds if own_package(self.software) not in {package.name for package in build.packages}]
        if lacking:
            raise ValueError(f"{own_package(self.software)} is missing for {lacking[0].architecture} {lacking[0].suite}")
        percents = [stage.percent for stage in self.stages]
        if sorted(set(percents)) != percents or percents[-1] != COHORTS:
            raise ValueError(f"the stages must grow and end with {COHORTS} %")
        return self

    def build(self, architecture: str, suite: str) -> Build | None:
        """What is meant for a unit of that kind; ``None`` when the release is none of its business."""
        return next((each for each in self.builds if (each.architecture, each.suite) == (architecture, suite)), None)

    def stage_of(self, unit: UnitId) -> int:
        """The place of the first stage that takes *unit* in."""
        mine = cohort(unit, self.number)
        return next(place for place, stage in enumerate(self.stages) if mine < stage.percent)

    def opens(self, place: int) -> datetime:
        """Before when no unit may take the stage at this *place*, whoever permits it."""
        return self.since + timedelta(hours=sum(stage.hours for stage in self.stages[:place]))


def own_package(software: str) -> str:
    """The Debian package with that version of ours: named like a kernel's, so that versions lie side by side."""
    return f"bangtin-{software}"


def is_ours(name: str) -> bool:
    """Whether the Debian package of that *name* is a version of ours, or the libraries of some; all others are Debian's."""
    return re.match(r"bangtin-(wheels-|[0-9])", name) is not None


def rank(number: str) -> tuple[int, ...]:
    """What compares two versions of ours; 1.2 and 1.2.0 are one."""
    parts = [int(part) for part in number.split(".")]
    while parts[-1:] == [0]:
        parts.pop()
    return tuple(parts)


def cohort(unit: str, number: str) -> int:
    """The lot of *unit* for the release *number*, 0 to 99: another one each time, so that nobody is always the first to try."""
    return int.from_bytes(hashlib.sha256(f"{number} {unit}".encode()).digest()[:8]) % COHORTS


def release_assets(release: Release) -> dict[str, Asset]:
    """Every package file of *release*, by SHA-256."""
    return {package.sha256: package for build in release.builds for package in build.packages}
