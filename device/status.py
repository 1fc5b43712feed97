"""What each program is doing now: one small file per program in RAM, replaced whole, read by the others."""

import os
from pathlib import Path

from pydantic import ValidationError

from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from evidence.report import ProgramStatus

BELIEVED = 5.0
"""Seconds for which the loudspeaker's last word is believed: it repeats itself every second."""


def write_status(paths: Paths, status: ProgramStatus) -> None:
    """Replace the program's status. No fsync: the file lives in RAM and ends with the boot."""
    write_volatile(paths.status(status.program), status.model_dump_json(exclude_defaults=True).encode())


def write_volatile(path: Path, data: bytes, shared: bool = False) -> None:
    """Replace a file in RAM so that a reader sees the old or the new, whole; *shared* when several programs may do so at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = path.with_name(f".{path.name}.{os.getpid()}.new" if shared else f".{path.name}.new")
    temp.write_bytes(data)
    temp.rename(path)


def read_status(paths: Paths, program: str) -> ProgramStatus | None:
    """What *program* last said, or ``None`` when it said nothing readable (it never ran, or is another release)."""
    try:
        return read_own(ProgramStatus, paths.status(program))
    except (FileNotFoundError, ValidationError):
        return None


def fresh(status: ProgramStatus | None, moment: Moment, seconds: float) -> bool:
    """Whether *status* was said in this boot, at most *seconds* ago by the clock that nobody can set."""
    return status is not None and status.at.boot == moment.boot and moment.mono - status.at.mono <= seconds
