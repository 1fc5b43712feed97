"""The unit's files for somebody who only looks: what a program would write goes to a folder that is thrown away afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from device.paths import Paths


@dataclass(frozen=True)
class Onlooker(Paths):
    """The files as *program* sees them; its marks, its kept copies and what the clock remembers are copies in *scratch*."""

    program: str = ""
    scratch: Path = Path("scratch")

    def marks(self, program: str) -> Path:
        """The copy of its own marks; those of the others are only read."""
        return self.scratch / "marks.json" if program == self.program else super().marks(program)

    def kept(self, program: str) -> Path:
        """The copy of its own packs."""
        return self.scratch / "kept" if program == self.program else super().kept(program)

    def clock_trusted(self, user: int) -> Path:
        """A copy: who looks vouches for no clock."""
        return self.scratch / f"trusted-{user}"


@contextmanager
def looking_on(root: Path, program: str) -> Iterator[Onlooker]:
    """The unit below *root* as *program* would find it if it started now. What cannot be read is left out, as it would be there."""
    real = Paths(root)
    with tempfile.TemporaryDirectory() as folder:
        onlooker = Onlooker(root, program, Path(folder))
        copies = {real.marks(program): onlooker.marks(program), real.clock_trusted(os.getuid()): onlooker.clock_trusted(os.getuid())}
        kept = onlooker.kept(program)
        kept.mkdir()
        with suppress(OSError):
            copies |= {path: kept / path.name for path in real.kept(program).iterdir()}
        for source, target in copies.items():
            with suppress(OSError):
                shutil.copyfile(source, target)
        yield onlooker
