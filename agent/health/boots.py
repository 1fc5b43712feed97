"""Why this boot began: from the marks that a shutdown in order leaves, the reboots that were granted, and the hardware's own word."""

import logging
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Model
from device.durable import CARD_FAILS, replace
from device.own import read_own
from device.paths import Paths
from device.reboots import Reboots
from device.sysfs import whole_number
from evidence.health import BootReason

log = logging.getLogger(__name__)

SHUTDOWN = "-shutdown.txt"
"""How the caretaker names what it keeps of the log at a shutdown, behind a number that counts up."""
CARD_RESET = 0x20
"""WDIOF_CARDRESET in ``bootstatus`` of a watchdog; a Pi's own driver never sets it."""
POWER_CAME = 0x1000
WATCHDOG_BARKED = 0x70
"""PM_RSTS of a Pi, which its boot loader hands on as ``rsts``: power-on reset, and the three resets by its watchdog."""


class Reset(Enum):
    """What the hardware says of how this boot came about: a reboot in order is a reset by the watchdog, too, on a Pi."""

    POWER = auto()
    WATCHDOG = auto()


class Boots(Model):
    """``boot.json``: the *boot* of the last start of the agent, its *reason*, and the highest *mark* of a shutdown that was there."""

    format: Literal[1] = 1
    boot: Annotated[str, Field(max_length=64)]
    reason: BootReason | None = None
    mark: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True)
class Traces:
    """What the boot before left: the highest *mark* of a shutdown, None where nobody can look; in which boot one was *granted* last."""

    mark: int | None
    granted: str | None
    reset: Reset | None


def judged(before: Boots | None, found: Traces) -> BootReason | None:
    """Why a boot began that *found* these traces, and *before* in the note of the last one; None where nobody can tell."""
    if found.mark is None or (before is not None and before.mark is None):
        return None
    if before is None:
        return BootReason.FIRST if found.mark == 0 else None
    if found.mark > (before.mark or 0):
        return BootReason.ORDERED if found.granted == before.boot else BootReason.ORDERLY
    match found.reset:
        case Reset.POWER:
            return BootReason.POWER
        case Reset.WATCHDOG:
            return BootReason.WATCHDOG
        case None:
            return BootReason.UNCLEAN


def why_started(paths: Paths, boot: str) -> BootReason | None:
    """Why *boot*, the present one, began; kept on the card, one write a boot."""
    before = _before(paths)
    if before is not None and before.boot == boot:
        return before.reason
    traces = Traces(_mark(paths.last_words), _granted(paths), _reset(paths))
    note = Boots(boot=boot, reason=judged(before, traces), mark=traces.mark)
    try:
        replace(paths.boots, note.model_dump_json().encode())
    except OSError as problem:
        if problem.errno not in CARD_FAILS:
            raise
        log.warning("%s: %s", paths.boots, problem.strerror)
    return note.reason


def _before(paths: Paths) -> Boots | None:
    try:
        return read_own(Boots, paths.boots)
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        # There was one, so this is no first boot; what it said is lost.
        return Boots(boot="")


def _mark(folder: Path) -> int | None:
    try:
        names = [entry.name for entry in folder.iterdir() if entry.name.endswith(SHUTDOWN)]
    except OSError:
        return None
    return max((int(number) for name in names if (number := name.partition("-")[0]).isdecimal()), default=0)


def _granted(paths: Paths) -> str | None:
    try:
        granted = read_own(Reboots, paths.reboots).reboots
    except (OSError, ValidationError):
        return None
    return granted[-1].at.boot if granted else None


def _reset(paths: Paths) -> Reset | None:
    told = _big_endian(paths.root / "proc/device-tree/chosen/bootloader/rsts")
    if told & POWER_CAME:
        return Reset.POWER
    if told & WATCHDOG_BARKED:
        return Reset.WATCHDOG
    dogs = (paths.root / "sys/class/watchdog").glob("*/bootstatus")
    return Reset.WATCHDOG if any((whole_number(dog) or 0) & CARD_RESET for dog in dogs) else None


def _big_endian(path: Path) -> int:
    try:
        return int.from_bytes(path.read_bytes()[:4])
    except OSError:
        return 0
