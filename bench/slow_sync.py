"""A card that takes its time, for real programs: every wait for the card lasts longer, and is written down with what it was for."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_suffix(".c")


class Sync(NamedTuple):
    """One wait for the card: when it began (seconds since boot), in which process, which *call*, of which file or folder."""

    at: float
    pid: int
    call: str
    path: str


class SlowCard:
    """Lets each program that is started with its *environment* wait *milliseconds* longer at every ``fsync`` and its like.

    Simulated: it is a library in *folder* before the C library (``LD_PRELOAD``). Files in RAM wait for nothing, as on a unit,
    unless *ram_too*: a folder of tests may itself be in RAM.
    """

    def __init__(self, folder: Path, milliseconds: float = 30.0, ram_too: bool = False) -> None:
        library, self._log = folder / "slow_sync.so", folder / "slow_sync.log"
        command = ["gcc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)
        self._set = {"LD_PRELOAD": str(library), "SLOW_SYNC_MS": f"{milliseconds:g}", "SLOW_SYNC_LOG": str(self._log)}
        self._set |= {"SLOW_SYNC_RAM": "1"} if ram_too else {}

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """*base*, or this process's own variables, with the slow card in them."""
        return {**(os.environ if base is None else base), **self._set}

    def syncs(self) -> list[Sync]:
        """Every wait so far, in order."""
        if not self._log.exists():
            return []
        lines = (line.split(" ", 3) for line in self._log.read_text().splitlines())
        return sorted(Sync(float(at), int(pid), call, path) for at, pid, call, path in lines)
