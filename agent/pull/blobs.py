"""Blobs onto the shelf: resumed where they stopped, hashed from the first byte, and never put in place of a good copy unless whole."""

import asyncio
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO

from agent.pull.source import Source, Stream
from bundle.asset import Asset, blob_path
from bundle.errors import Refused, refuse
from device.durable import make_folder, sync_folder
from device.errors import ShelfFull, TooBig, Unreachable

# Journals at their largest (the display's 64 MB, three of 8), the outbox and alerts must still fit when the shelf is full.
RESERVE = 128 * 1024 * 1024

STEP = 32 * 1024
"""What an attempt must bring for the next one to follow at once: one second of a thin link."""


async def fetch_blobs(source: Source, shelf: Path, wanted: Iterable[Asset], thorough: bool = True) -> None:
    """Make every blob of *wanted* stand on the shelf; those that do (*thorough*: by their bytes) are not fetched again."""
    good = is_whole if thorough else stands
    for asset in wanted:
        if not await asyncio.to_thread(good, shelf / blob_path(asset.sha256), asset):
            await fetch_blob(source, shelf, asset)


async def fetch_blob(source: Source, shelf: Path, asset: Asset) -> None:
    """Fetch one blob into its ``.part`` and put it in place when its bytes are the right ones.

    Raises ``Refused`` for other bytes, ``TooBig``, ``TooSlow``, ``Unreachable``, ``ShelfFull``; what stood on the shelf stays.
    """
    with shelf_has_room():
        await asyncio.to_thread(_make_room, shelf, asset)
        final = shelf / blob_path(asset.sha256)
        resumed = _half_of(final).exists()
        try:
            await _while_it_grows(source, final, asset)
        except Refused:
            if not resumed:
                raise
            # The half that we had may itself be what a power cut left: once more, from the first byte.
            await _while_it_grows(source, final, asset)


async def _while_it_grows(source: Source, final: Path, asset: Asset) -> None:
    """Take a link that fell up again at once, as long as each attempt brings something; back-off is for links that bring nothing."""
    while True:
        before = _length_of(final)
        try:
            return await _attempt(source, final, asset)
        except Unreachable:
            if _length_of(final) < before + STEP:
                raise


async def _attempt(source: Source, final: Path, asset: Asset) -> None:
    # Opened here and not in the thread: whoever is cancelled meanwhile would never hear of the file, nor let go of its lock.
    part = _Part(final, asset)
    try:
        await asyncio.to_thread(part.resume)
        await _fill(source, part)
        await asyncio.to_thread(part.finish)
    finally:
        part.close()


def stands(path: Path, asset: Asset) -> bool:
    """Whether a file of the right size is there; enough between two thorough looks."""
    return path.is_file() and path.stat().st_size == asset.size


def is_whole(path: Path, asset: Asset) -> bool:
    """Whether the file at *path* is this blob, by its bytes and not by its size alone."""
    if not stands(path, asset):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == asset.sha256


@contextmanager
def shelf_has_room() -> Iterator[None]:
    """A full card is ``ShelfFull``; every other error of the card stays what it is."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in (ENOSPC, EDQUOT):
            raise
        raise ShelfFull("thẻ nhớ đầy (no room on the card)") from problem


async def _fill(source: Source, part: "_Part") -> None:
    if part.length == part.asset.size:
        return
    path = blob_path(part.asset.sha256)
    async with source.open(path, part.length, part.tag) as stream:
        if stream is None:
            raise Unreachable(f"{source.label}{path}: chưa có ở nguồn (the source does not have it)")
        _start(stream, part)
        async for chunk in stream.chunks:
            part.write(chunk)


def _start(stream: Stream, part: "_Part") -> None:
    """Where the source says that it starts is where we write: a whole file is never appended to a half one."""
    if stream.offset != part.length:
        part.restart()
    part.remember(stream.tag)


def _make_room(shelf: Path, asset: Asset) -> None:
    make_folder((shelf / blob_path(asset.sha256)).parent)
    free = shutil.disk_usage(shelf).free
    if free < asset.size + RESERVE:
        raise ShelfFull(f"thẻ nhớ còn {free} byte, cần {asset.size} (not enough room on the card)")


def _locked(path: Path) -> BinaryIO:
    """The half, for us alone: two channels may need one blob at once, and two writers would mix their bytes in it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Unreachable(f"{path.name}: kênh khác đang tải (another channel is fetching it)") from None
    return file


def _length_of(final: Path) -> int:
    half = _half_of(final)
    return half.stat().st_size if half.exists() else 0


def _half_of(final: Path) -> Path:
    return final.with_name(final.name + ".part")


class _Part:
    """The half-fetched file beside its place: as many bytes as came, and their running hash."""

    def __init__(self, final: Path, asset: Asset) -> None:
        self.final = final
        self.asset = asset
        self.path = _half_of(final)
        self.tag_path = final.with_name(final.name + ".tag")
        self.tag: str | None = None
        self.length = 0
        self.digest = hashlib.sha256()
        self.file = _locked(self.path)

    def resume(self) -> None:
        """Take up what is there; the bytes of the last time are hashed again, because a power cut may have changed them."""
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                self.digest.update(chunk)
                self.length += len(chunk)
        if self.length > self.asset.size:
            self.restart()
        elif self.length and self.tag_path.exists():
            self.tag = self.tag_path.read_text(encoding="utf-8") or None

    def restart(self) -> None:
        """Forget the half that is there."""
        self.file.truncate(0)
        self.digest, self.length, self.tag = hashlib.sha256(), 0, None

    def remember(self, tag: str | None) -> None:
        """Keep the source's name of this state of the file, for the next attempt."""
        self.tag_path.write_text(tag or "", encoding="utf-8")

    def write(self, chunk: bytes) -> None:
        """Append what came; ``TooBig`` when it is more than was signed."""
        self.length += len(chunk)
        if self.length > self.asset.size:
            self.discard()
            raise TooBig(f"{self.final.name}: hơn {self.asset.size} byte (more than the signed size)")
        self.file.write(chunk)
        self.digest.update(chunk)

    def finish(self) -> None:
        """Put the file in its place if it is whole and right; half a file stays for the next attempt."""
        self.file.flush()
        if self.length < self.asset.size:
            raise Unreachable(f"{self.final.name}: mới có {self.length}/{self.asset.size} byte (cut off)")
        if self.digest.hexdigest() != self.asset.sha256:
            self.discard()
            raise refuse(f"blobs/{self.asset.sha256}", "sai dữ liệu (its bytes are not the signed ones)", "lấy lại / fetch it again")
        os.fsync(self.file.fileno())
        self.path.replace(self.final)
        self.tag_path.unlink(missing_ok=True)
        sync_folder(self.final.parent)

    def discard(self) -> None:
        """Remove the half and its tag."""
        self.path.unlink(missing_ok=True)
        self.tag_path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; what is there stays."""
        self.file.close()
