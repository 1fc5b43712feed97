"""A program's journal: append-only segments of (length, CRC, JSON line) in which a loss is always visible.

One writer, any number of readers. A frame (see ``device.frames``) says whether it was "written without a sync", and a mark
"all before me is on the card". So a writer that opens the journal
after a power cut knows whether lines may be missing, and says so with a ``Gap``; no number is ever used twice.
Lines that wait for their sync wait in RAM: a killed program loses none of them, and the card is spared.
"""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from device.durable import CARD_FAILS, make_folder, sync_folder, write_all
from device.frames import MARK, Frame, framed, whole_frames
from device.kernel_time import boot_id
from device.waiting import Waiting, lead_to
from evidence.records import Gap, JournalLine, Record, Stamp, journal_line

log = logging.getLogger(__name__)

SEGMENT_BYTES = 256 * 1024
MOST_BYTES = 8 * 1024 * 1024
"""So much one journal may take of a card whose lines nobody fetches: years of what sounds, switches or fails."""

MAX_UNSYNCED = 256
"""After so many lines without a sync there is one, so this many numbers at most can be lost by one power cut."""

RAM = "ram"
"""The name below a journal that leads to the lines in RAM."""

SHORTEST_LINE = 64
"""No frame is shorter: so many numbers at most stood in a torn tail."""

R = TypeVar("R", bound=Record)


@dataclass
class _CardOutcome:
    """Whether the card took it."""

    failed: bool = False


@contextmanager
def _forgiving() -> Iterator[_CardOutcome]:
    """A card that is full or dying loses lines, visibly by their numbers; it takes neither picture nor voice away."""
    outcome = _CardOutcome()
    try:
        yield outcome
    except OSError as problem:
        if problem.errno not in CARD_FAILS:
            raise
        outcome.failed = True
        log.warning("thẻ nhớ đầy hoặc hỏng, mất nhật ký / the card is full or failing, journal lines are lost: %s", problem)


class _Head(BaseModel):
    """What can be read of a line whatever its kind, also of one that another release wrote."""

    n: Annotated[int, Field(ge=0, lt=2**63)]
    at: Stamp


class JournalWriter:
    """The only writer of *folder*; opening it repairs a torn tail. Its lines are on the card when ``write`` says *sync*.

    *ram* is a folder in RAM for lines without a sync; without one they wait in the page cache, which the kernel writes when it likes.
    Beyond *most_bytes* its owner gives up the oldest lines whoever still waits for them: their numbers are missing then, and
    the next report names the hole.
    """

    def __init__(
        self, folder: Path, simulated: bool = False, boot: str | None = None, ram: Path | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        self._folder, self._simulated, self._most_bytes = folder, simulated, most_bytes
        self._waiting = Waiting(ram) if ram else None
        self._torn, self._maybe_lost = 0, 0
        self._unsynced = 0
        self._next = self._size = 0
        self._descriptor = -1
        self._last: Path | None = None
        last = max(_segments(folder), default=None)
        if last is not None:
            self._inspect(last, boot or boot_id())
        with _forgiving():
            self._open()
            if self._waiting:
                lead_to(self._folder / RAM, self._waiting.folder)
        self._take_up_waiting()

    def write(self, record: R, sync: bool) -> R:
        """Append *record* with the next number, and return it as written."""
        self._admit_loss(record.at)
        return self._append(record, sync)

    def write_all(self, records: Sequence[R]) -> list[R]:
        """Append *records*, as ``write`` does, and put them on the card together: two syncs at most for 256 of them."""
        return [self.write(record, sync=record is records[-1]) for record in records]

    def sync(self) -> None:
        """Put everything written so far on the card; free when it is there."""
        if self._unsynced and self._descriptor >= 0 and self._put(b"", self._next):
            with _forgiving():
                write_all(self._descriptor, MARK)
                self._flush()

    def forget(self, upto: int) -> None:
        """Delete the whole segments whose lines are all numbered *upto* or less, and those for which there is no room."""
        with _forgiving():
            discard(self._folder, max(upto, self.surplus()))

    def surplus(self) -> int:
        """The last line of the oldest segments for which there is no room, -1 when there is."""
        segments, room = _segments(self._folder), self._most_bytes
        for first, following in reversed(list(pairwise(segments))):
            room -= (self._folder / f"{first:08d}.seg").stat().st_size
            if room < SEGMENT_BYTES:  # as much is kept free for the last one
                return following - 1
        return -1

    def close(self) -> None:
        """End cleanly, with everything on the card."""
        self.sync()
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def _append(self, record: R, sync: bool) -> R:
        written = record.model_copy(update={"n": self._next, "simulated": record.simulated or self._simulated})
        frame, number = framed(encode(written), not sync), self._next
        self._next += 1
        if not sync and self._unsynced and self._wait(frame, number):
            self._unsynced += 1
            return written
        if not self._put(frame, number):
            return written
        self._unsynced += not sync
        with _forgiving():
            if sync or self._unsynced > MAX_UNSYNCED:
                self._flush()
            elif self._unsynced == 1:
                # The first line of an unsynced run, or of a segment, is synced all the same: it tells the next opening of the run.
                os.fdatasync(self._descriptor)
        return written

    def _wait(self, frame: bytes, number: int) -> bool:
        """Whether *frame* waits in RAM now; where there is no room it goes to the card."""
        if self._waiting is None or self._unsynced >= MAX_UNSYNCED:
            return False
        with _forgiving() as outcome:
            self._waiting.add(frame, number)
        return not outcome.failed

    def _put(self, frame: bytes, number: int) -> bool:
        """Whether what waits and then *frame* are in the file. On a full or dying card they are not, and the missing numbers show it."""
        waiting, first = b"", number
        if self._waiting and self._waiting.first is not None:
            waiting, first = self._waiting.all(), self._waiting.first
        with _forgiving():
            if self._descriptor < 0:
                self._open(first)
            elif self._size + len(waiting) + len(frame) > SEGMENT_BYTES:
                self._rotate(first)
        if self._descriptor < 0:
            return False
        with _forgiving() as outcome:
            write_all(self._descriptor, waiting + frame)
        if outcome.failed:
            with _forgiving():
                os.ftruncate(self._descriptor, self._size)
            return False
        self._size += len(waiting) + len(frame)
        if self._waiting:
            self._waiting.clear()
        return True

    def _flush(self) -> None:
        os.fdatasync(self._descriptor)
        self._unsynced = 0

    def _rotate(self, first: int) -> None:
        """A new segment that begins with the number *first*; what is in the old one is on the card."""
        self._flush()
        full, self._last = self._descriptor, None
        try:
            self._open(first)
        except OSError:
            self._descriptor = full  # better a long segment than none
            raise
        os.close(full)

    def _open(self, first: int | None = None) -> None:
        """Open the last segment, or a new one that begins with the number *first* (else the next)."""
        make_folder(self._folder)
        if self._last is not None:
            self._descriptor = os.open(self._last, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            return
        path = self._folder / f"{self._next if first is None else first:08d}.seg"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._last, self._size = path, 0
        os.fsync(self._descriptor)
        sync_folder(self._folder)

    def _inspect(self, first: int, boot: str) -> None:
        """Take up the count where the last segment ends, and how much of it may be lost."""
        last = self._folder / f"{first:08d}.seg"
        try:
            raw = last.read_bytes()
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("%s", problem)
            self._next = first + max(SEGMENT_BYTES, last.stat().st_size) // SHORTEST_LINE + 1  # above all that may stand in it
            return
        self._last = last
        frames = list(whole_frames(raw))
        heads = [_head(frame.line) for frame in frames if frame.line is not None]
        known = [head for head in heads if head is not None]
        # A line whose number cannot be read may have had any up to here: none of them is used again.
        self._next = max([first, *(head.n + 1 for head in known)]) + heads.count(None)
        self._size = frames[-1].ends if frames else 0
        self._torn = len(raw) - self._size
        self._maybe_lost = -(-self._torn // SHORTEST_LINE)
        # A killed program loses nothing that it wrote; a power cut may lose a whole run of unsynced lines. Of a segment that was
        # only just begun the one before knows whether a run was under way.
        if _in_a_run(frames or self._before(first), boot):
            self._maybe_lost = max(self._maybe_lost, MAX_UNSYNCED)

    def _before(self, first: int) -> list[Frame]:
        """The frames of the segment before the one that begins with *first*."""
        earlier = max((number for number in _segments(self._folder) if number < first), default=None)
        if earlier is None:
            return []
        with _forgiving():
            return list(whole_frames((self._folder / f"{earlier:08d}.seg").read_bytes()))
        return []

    def _take_up_waiting(self) -> None:
        """What a killed program left in RAM still waits. Where it goes on after the card's last line, nothing is lost."""
        if self._waiting is None:
            return
        heads = [_head(frame.line) for frame in whole_frames(self._waiting.all()) if frame.line is not None]
        numbers = [head.n for head in heads if head is not None]
        if not numbers or numbers[0] > self._next:
            self._waiting.clear()
            return
        # A half-written tail on the card is of these very lines or of one that nobody was told is there.
        self._maybe_lost = 0
        if numbers[-1] < self._next:
            self._waiting.clear()
        else:
            self._next, self._unsynced = numbers[-1] + 1, len(numbers)

    def _admit_loss(self, at: Stamp) -> None:
        """Cut the torn tail off and say which numbers may be lost; until the first write the traces stay as they are."""
        if self._torn and self._descriptor >= 0:
            with _forgiving():
                os.ftruncate(self._descriptor, self._size)
            self._torn = 0
        if not self._maybe_lost:
            return
        first, self._next = self._next, self._next + self._maybe_lost
        self._maybe_lost = 0
        self._append(Gap(n=0, at=at, first=first, last=self._next - 1), True)


class JournalReader:
    """Follows a journal that somebody else writes; remembers its place, so that a look costs only what is new.

    A line in which a newer version wrote more is given without that; *exact*: it is left out, because a part of it is no evidence.
    """

    def __init__(self, folder: Path, after: int = -1, exact: bool = False) -> None:
        self._folder, self._after, self._exact = folder, after, exact
        self._segment, self._offset = -1, 0
        self._ram_segment, self._ram_offset = -1, 0

    def new(self) -> Iterator[JournalLine]:
        """The lines after the last one given, in order; ends quietly at a frame that is still being written."""
        segments = _segments(self._folder)
        for first, following in zip_longest(segments, segments[1:]):
            if first < self._segment or (following is not None and following <= self._after + 1):
                continue
            yield from self._from_segment(first)
        for first in _segments(self._folder / RAM):
            yield from self._from_ram(first)

    def _from_segment(self, first: int) -> Iterator[JournalLine]:
        if first != self._segment:
            self._segment, self._offset = first, 0
        try:
            with (self._folder / f"{first:08d}.seg").open("rb") as file:
                file.seek(self._offset)
                raw = file.read()
        except FileNotFoundError:  # its owner deleted it after the acknowledgement
            return
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            # A sector that cannot be read hides its segment, and no later one: the missing numbers show it.
            log.warning("%s", problem)
            return
        start = self._offset
        for frame in whole_frames(raw):
            self._offset = start + frame.ends
            line = _decode(frame.line, self._exact) if frame.line is not None else None
            if line is not None and line.n > self._after:
                self._after = line.n
                yield line

    def _from_ram(self, first: int) -> Iterator[JournalLine]:
        """Only what follows the last line given: the lines between may be on their way from RAM to the card at this instant."""
        if first != self._ram_segment:
            self._ram_segment, self._ram_offset = first, 0
        try:
            raw = (self._folder / RAM / f"{first:08d}.seg").read_bytes()[self._ram_offset :]
        except FileNotFoundError:
            return
        start = self._ram_offset
        for frame in whole_frames(raw):
            line = _decode(frame.line, self._exact) if frame.line is not None else None
            if line is not None and line.n > self._after + 1:
                return
            self._ram_offset = start + frame.ends
            if line is not None and line.n > self._after:
                self._after = line.n
                yield line


def read(folder: Path, after: int = -1) -> Iterator[JournalLine]:
    """The lines of a journal numbered above *after*, in order; a missing folder has none."""
    return JournalReader(folder, after).new()


def discard(folder: Path, upto: int) -> None:
    """Delete the segments whose lines are all numbered *upto* or less; the last one stays, it carries the count on."""
    segments = _segments(folder)
    for first, following in pairwise(segments):
        if following - 1 <= upto:
            (folder / f"{first:08d}.seg").unlink(missing_ok=True)


def encode(record: Record) -> bytes:
    """One line as compact JSON without what has its default, but with its kind."""
    return record_json(record.model_dump(mode="json", include={"kind"}) | record.model_dump(mode="json", exclude_defaults=True))


def record_json(document: object) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _in_a_run(frames: list[Frame], boot: str) -> bool:
    """Whether these end in a line without a sync, of another boot than this."""
    if not frames or not frames[-1].unsynced or frames[-1].line is None:
        return False
    head = _head(frames[-1].line)
    return head is None or head.at.boot != boot


def _head(line: bytes) -> _Head | None:
    try:
        return _Head.model_validate_json(line, extra="ignore")
    except ValidationError:
        return None


def _decode(line: bytes, exact: bool) -> JournalLine | None:
    try:
        return journal_line.validate_json(line, extra="forbid" if exact else "ignore")
    except ValidationError:  # a line of another release: its number is missing, which is a visible gap
        return None


def _segments(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.seg") if path.stem.isdigit())
