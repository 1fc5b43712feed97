"""Which release this unit should take now, or why none. Pure: the moment, what is signed and what is here are arguments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bundle.errors import Refused
from bundle.software import Build, Release, rank
from device.packages import Debian
from device.upgrades import History
from evidence.permit import Permit, read_permit, withheld


@dataclass(frozen=True)
class Wait:
    """Nothing to do now, and why, in Vietnamese and English."""

    why: str


@dataclass(frozen=True)
class Take:
    """*release* is due here, with what *build* holds for this machine."""

    release: Release
    build: Build


def obeyed(tokens: Iterable[str], signing: Mapping[str, Any] | None, history: History) -> dict[str, Permit]:
    """The permits that count, by channel: of this unit's registry, and none older than one that was seen before."""
    found: dict[str, Permit] = {}
    for token in tokens if signing is not None else ():
        try:
            permit = read_permit(token, dict(signing or {}))
        except Refused:
            continue
        before = found.get(permit.channel)
        # Of two with one number the first counts: the registry never gives a number twice.
        if permit.n >= history.permits.get(permit.channel, 0) and (before is None or permit.n > before.n):
            found[permit.channel] = permit
    return found


def choose(
    releases: Iterable[Release],
    permits: Mapping[str, Permit],
    history: History,
    debian: Debian,
    running: str,
    unit: str,
    surely: datetime,
) -> Take | Wait:
    """The newest of *releases* that is meant for this machine, if it may be taken by a time that has *surely* come.

    *running* is the version of ours that runs: nobody leads a unit back below it.
    """
    meant = [release for release in releases if debian.build(release) is not None]
    if not meant:
        return Wait(f"không có bản nào cho máy này / there is no release for {debian.architecture} {debian.suite}")
    release = max(meant, key=lambda each: rank(each.number))
    build = debian.build(release)
    if build is None or history.settled(release.number):
        return Wait(f"bản {release.number} đã xong ở đây / release {release.number} is settled here")
    if rank(release.software) < rank(running):
        return Wait(f"không lùi từ {running} về {release.software} / no step back from {running} to {release.software}")
    why = withheld(release, permits.get(release.channel), unit, surely)
    return Wait(why) if why else Take(release, build)
