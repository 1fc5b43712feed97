"""The agent's trust metadata of one channel: changed in a staged copy, committed as ``gen-N``, named by a fsynced pointer."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError

from device.durable import make_folder, replace, sync_folder

STAGED = "staged"


@dataclass(frozen=True)
class Generations:
    """The folder ``shelf/<channel>/metadata``; *ram* is where changes are worked on when that shall not be the card."""

    folder: Path
    ram: Path | None = None

    def current(self) -> Path | None:
        """The generation in force, ``None`` before the first."""
        try:
            name = (self.folder / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        path = self.folder / name
        return path if name.startswith("gen-") and path.is_dir() else None

    def readable(self) -> bool:
        """Whether the generation in force can be read at all; what is in it TUF proves again at each use."""
        try:
            current = self.current()
            for path in current.glob("**/*.json") if current else ():
                Metadata.from_bytes(path.read_bytes())
        except (OSError, ValueError, DeserializationError):
            return False
        return current is not None or not (self.folder / "current").exists()

    def stage(self) -> Path:
        """A fresh copy of the generation in force, to work on; what an interrupted check left behind goes.

        In RAM it needs nothing of the card: on one that is full or read-only an alert is still verified and handed on.
        """
        staged = self.ram or self.folder / STAGED
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        if (current := self.current()) is not None:
            _copy(current, staged)
        return staged

    def commit(self, staged: Path) -> Path:
        """Make *staged* the generation in force, durably, unless nothing in it changed; returns the generation in force."""
        current = self.current()
        if current is not None and _contents(current) == _contents(staged):
            shutil.rmtree(staged)
            return current
        make_folder(self.folder)
        if self.ram is not None:
            staged = self._onto_the_card(staged)
        for folder, _, names in os.walk(staged):
            for name in names:
                _sync_file(Path(folder) / name)
            sync_folder(Path(folder))
        new = self.folder / f"gen-{self._newest() + 1}"
        staged.rename(new)
        sync_folder(self.folder)
        replace(self.folder / "current", new.name.encode())
        for old in self.folder.glob("gen-*"):
            if old != new:
                shutil.rmtree(old)
        return new

    def _onto_the_card(self, staged: Path) -> Path:
        written = self.folder / STAGED
        shutil.rmtree(written, ignore_errors=True)
        written.mkdir()
        _copy(staged, written)
        shutil.rmtree(staged)
        return written

    def _newest(self) -> int:
        numbers = [int(path.name[4:]) for path in self.folder.glob("gen-*") if path.name[4:].isdigit()]
        return max(numbers, default=0)


def _copy(source: Path, target: Path) -> None:
    """What *source* holds into the folder *target*; unlike ``shutil.copytree`` it says by ``errno`` how a card failed."""
    for path in sorted(source.rglob("*")):
        there = target / path.relative_to(source)
        if path.is_symlink():
            there.symlink_to(path.readlink())
        elif path.is_dir():
            there.mkdir()
        else:
            there.write_bytes(path.read_bytes())


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _sync_file(path: Path) -> None:
    if path.is_symlink():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
