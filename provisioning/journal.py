"""The journal of provisioning: many short commands write it, one at a time, and what one of them noted is on the card when it returns."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from device.acks import read_acks
from device.durable import make_folder
from device.journal import JournalWriter
from device.paths import Paths
from evidence.records import Record

PROGRAM = "provisioning"


def note(paths: Paths, *records: Record, simulated: bool = False) -> None:
    """Write *records*, whose numbers are given here, and let go of what the registry has already."""
    folder = paths.journal(PROGRAM)
    with locked(folder), closing(JournalWriter(folder, simulated)) as writer:
        for record in records:
            writer.write(record, sync=True)
        writer.forget(read_acks(paths).get(PROGRAM, -1))


@contextmanager
def locked(folder: Path, wait: bool = True) -> Iterator[None]:
    """Nobody else who asks for the same *folder* goes on meanwhile; without *wait*, ``BlockingIOError`` when somebody holds it."""
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
