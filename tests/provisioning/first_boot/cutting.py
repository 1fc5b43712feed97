"""Runs the steps in one process after another and kills each at the next durable write: ``python -m … FOLDER REGISTRY``."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from device.clock import ManualClock
from device.first_boot_settings import FirstBootSettings
from device.paths import Paths
from provisioning.first_boot.known import Known
from provisioning.first_boot.pairing import Registry
from provisioning.first_boot.steps import Steps

CUT, LOOKS = 9, 4
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def main(folder: Path, registry: str) -> None:
    """A unit for each place at which the power may go; each is started again afterwards. Prints how many places there were."""
    places = 0
    while True:
        paths = Paths(folder / str(places))
        paths.boot.mkdir(parents=True)
        paths.boot_toml.write_text(f'registry = "{registry}"\n')
        ended = _started(paths, places)
        assert ended in (0, CUT), ended
        assert _started(paths, None) == 0, f"cut at {places}, and not enrolled afterwards"
        if ended == 0:
            break
        places += 1
    print(places)


def _started(paths: Paths, cut_at: int | None) -> int:
    """The exit status of a process that goes on until the unit is enrolled, or dies just before it syncs the *cut_at*-th time."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        if cut_at is not None:
            _die_at(cut_at)
        os._exit(asyncio.run(_until_enrolled(paths)))
    finally:
        os._exit(1)


def _die_at(count: int) -> None:
    real, left = os.fsync, count

    def sync(descriptor: int) -> None:
        nonlocal left
        if left == 0:
            os._exit(CUT)
        left -= 1
        real(descriptor)

    os.fsync = sync


async def _until_enrolled(paths: Paths) -> int:
    steps = Steps(paths, ManualClock.at(NOW), Registry(), FirstBootSettings(), Known())
    for _ in range(LOOKS):
        await steps.look()
        if steps.known.enrolled:
            return 0
    return 2


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
