"""What was said live is kept as it came, with its hash: the archive must be able to prove it."""

import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from bundle.area import AreaCode
from bundle.base import Identifier, Instant, Line, Model, Sha256
from bundle.live import Leave, live_occurrence
from bundle.parse import parse
from registry.live.kinds import SUFFIXES
from registry.trust.files import write

FOLDER = "live"
CUT = "sổ trung tâm ngừng giữa chừng / the registry ended while it was being said"


class Kept(Model):
    """The words beside one recording; *part* counts up when a speaker came back, *ended* is why this part is over.

    *occurrence* is how the units' journals name what they heard. While it is being said there is no end and no hash.
    """

    format: Literal[1] = 1
    channel: AreaCode
    grant: Identifier
    order: Identifier
    occurrence: Line
    person: Line
    part: int
    media: Line
    began: Instant
    over: Instant | None = None
    ended: Line | None = None
    size: int = 0
    sha256: Sha256 | None = None


class Recording:
    """One part of a live order while it is being said: its file grows at *path*, and its words beside it are whole when it ended."""

    def __init__(self, path: Path, words: Kept, file: BinaryIO) -> None:
        self.path, self.words = path, words
        self._file = file
        self._hash = sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Keep *data*."""
        self._file.write(data)
        # What was said up to a crash of this program is then in the file.
        self._file.flush()
        self._hash.update(data)
        self.size += len(data)

    def end(self, over: datetime, ended: str) -> Kept:
        """Put everything onto the disk, and its words beside it."""
        os.fsync(self._file.fileno())
        self._file.close()
        end = {"over": over, "ended": ended, "size": self.size, "sha256": self._hash.hexdigest()}
        return _put(self.path, self.words.model_copy(update=end))


def begin_recording(data: Path, leave: Leave, media: str, now: datetime) -> Recording:
    """A new part of *leave* below the registry's *data* folder."""
    channel, order = leave.bundle.channel, leave.order
    folder = data / FOLDER / channel / order.id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = 1 + max((int(path.stem) for path in folder.iterdir() if path.stem.isdecimal()), default=0)
    path = folder / f"{part}.{SUFFIXES[media]}"
    words = Kept(
        channel=channel,
        grant=order.grant,
        order=order.id,
        occurrence=live_occurrence(channel, order),
        person=leave.grant.person,
        part=part,
        media=media,
        began=now,
    )
    _put(path, words)
    return Recording(path, words, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"))


def end_left_over(data: Path, now: datetime) -> None:
    """What was being said when the registry ended by force: as much as is on the disk gets its end and its hash."""
    for path, words in recordings(data):
        if words.ended is None:
            raw = path.read_bytes() if path.exists() else b""
            end = {"over": now, "ended": CUT, "size": len(raw), "sha256": sha256(raw).hexdigest()}
            _put(path, words.model_copy(update=end))


def let_recordings_go(data: Path, before: datetime) -> int:
    """Delete the recordings that ended *before*, with their words; how many they were."""
    gone = 0
    for path, words in recordings(data):
        if words.over is not None and words.over < before:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
            gone += 1
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    return gone


def recordings(data: Path) -> Iterator[tuple[Path, Kept]]:
    """Every recording below the registry's *data* folder, by its file, with its words."""
    for path in sorted((data / FOLDER).glob("*/*/*.json")):
        try:
            words = parse(Kept, path.read_bytes(), str(path))
        except FileNotFoundError:  # another program has just let it go
            continue
        yield path.with_suffix(f".{SUFFIXES[words.media]}"), words


def _put(path: Path, words: Kept) -> Kept:
    write(path.with_suffix(".json"), words.model_dump_json().encode(), 0o600)
    return words
