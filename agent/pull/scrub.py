"""The slow second look at what has stood on the shelf for long: cards rot, and a file that was whole once need not be so now."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from errno import EIO
from pathlib import Path

from agent.pull.blobs import fetch_blob
from agent.pull.generations import Generations
from agent.pull.shelving import pack_path
from agent.pull.source import Source
from agent.pull.sweep import PackFile, assets_in, every_pack
from bundle.asset import Asset, blob_path
from bundle.errors import Refused
from bundle.trust import path_for, verify_pack
from device.durable import CARD_FAILS
from device.errors import SeamError
from device.paths import Paths

log = logging.getLogger(__name__)

BYTES_PER_SECOND = 1_000_000
"""A twentieth of what the slowest card reads and a hundredth of what the slowest Pi hashes: it need not stop while sound is on."""
CHUNK = 256 * 1024

ROUND = 7 * 86400.0
FIRST = 3600.0
"""Soon enough for a unit that has power for some hours a day, and after the start has hashed what it looks at anyway."""
RETRY = 900.0

Rest = Callable[[float], Awaitable[None]]


def rest_after(read: int) -> float:
    """How long to rest after so many bytes, in seconds."""
    return read / BYTES_PER_SECOND


def wait(now: float, began: float, damaged: bool) -> float:
    """How long to rest between two rounds, at most up to the next attempt to repair."""
    left = max(0.0, began + ROUND - now)
    return min(left, RETRY) if damaged else left


@dataclass
class Scrub:
    """Hashes what the packs on the shelf name, and the packs, once a week; a damaged blob is fetched again from any of *sources*.

    Nothing is ever removed: a damaged file stays until a good one takes its place. *look_again* has a channel's packs and metadata
    fetched anew; *tell* takes a sentence about what is damaged, or an empty one when nothing is.
    """

    paths: Paths
    root: bytes
    kept: Sequence[Path]
    sources: Callable[[], Sequence[Source]]
    look_again: Callable[[str], None]
    tell: Callable[[str], None]
    mono: Callable[[], float]
    rest: Rest = asyncio.sleep
    _blobs: dict[str, Asset] = field(default_factory=dict)
    _documents: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Round after round, until cancelled."""
        await self.rest(FIRST)
        while True:
            began = self.mono()
            await self.round()
            while left := wait(self.mono(), began, bool(self._blobs or self._documents)):
                await self.rest(left)
                if self._blobs or self._documents:
                    await self.repair()

    async def round(self) -> None:
        """Look at everything once."""
        wanted = await asyncio.to_thread(self._wanted)
        # What no pack names any more need not be repaired.
        self._blobs = {name: asset for name, asset in self._blobs.items() if name in wanted}
        for name in sorted(wanted):
            await self._examine(wanted[name])
        await self.repair()

    async def repair(self) -> None:
        """Fetch what is damaged from the first source that has it, and say how things stand."""
        self._documents = await asyncio.to_thread(self._damaged_documents)
        for channel in set(self._documents.values()):
            self.look_again(channel)
        for name, asset in list(self._blobs.items()):
            if await self._mended(asset):
                del self._blobs[name]
        self._say()

    def _wanted(self) -> dict[str, Asset]:
        found: dict[str, Asset] = {}
        for pack in every_pack(self.paths.shelf, self.kept):
            with suppress(Refused, OSError):
                found |= assets_in(pack)
        return found

    def _damaged_documents(self) -> dict[str, str]:
        """Packs that do not prove themselves any more and metadata that cannot be read: their names, each with its channel."""
        found: dict[str, str] = {}
        # A worker's own copies are its own business, and it looks at them itself; a bundle that is coming is checked when it has come.
        for pack in every_pack(self.paths.shelf):
            if pack.path == pack_path(self.paths.shelf, pack.channel, pack.target) and not self._proves_itself(pack):
                found[path_for(pack.channel, pack.target)] = pack.channel
        for folder in self.paths.shelf.glob("*/metadata"):
            if not Generations(folder).readable():
                found[f"{folder.parent.name}/metadata"] = folder.parent.name
        return found

    def _proves_itself(self, pack: PackFile) -> bool:
        try:
            verify_pack(pack.path.read_bytes(), self.root, pack.channel, pack.target)
        except (Refused, OSError):
            return False
        return True

    async def _examine(self, asset: Asset) -> None:
        path = self.paths.shelf / blob_path(asset.sha256)
        digest = hashlib.sha256()
        try:
            chunks = _from_the_card(path)
            while chunk := await asyncio.to_thread(next, chunks, b""):
                digest.update(chunk)
                await self.rest(rest_after(len(chunk)))
        except FileNotFoundError:  # not here yet, or no longer: whoever needs it fetches it
            return
        except OSError as problem:
            if problem.errno != EIO:
                raise
        if digest.hexdigest() == asset.sha256:
            self._blobs.pop(asset.sha256, None)
            return
        log.warning("%s: hỏng trên thẻ nhớ / damaged on the card", path)
        await asyncio.to_thread(_show_the_damage, path)
        self._blobs[asset.sha256] = asset
        self._say()
        await self.repair()

    async def _mended(self, asset: Asset) -> bool:
        for source in self.sources():
            try:
                await fetch_blob(source, self.paths.shelf, asset)
            except (Refused, SeamError) as problem:
                log.info("%s", problem)
            except OSError as problem:
                if problem.errno not in CARD_FAILS:
                    raise
                log.warning("%s", problem)
            else:
                return True
        return False

    def _say(self) -> None:
        damaged = [*sorted(self._documents), *(name[:12] for name in self._blobs)]
        many = f"{len(damaged)} tệp trên kệ hỏng, đang chờ tải lại / files on the shelf are damaged and wait to be fetched again"
        self.tell(f"{many}: {', '.join(damaged[:5])}" if damaged else "")


def _from_the_card(path: Path) -> Iterator[bytes]:
    """The bytes as they lie on the card, and not those that memory still holds from the time when they were good."""
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := file.read(CHUNK):
            yield chunk
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _show_the_damage(path: Path) -> None:
    """Another time stamp: programs that hashed this file when it was good hash it again before they use it."""
    try:
        os.utime(path)
    except OSError as problem:
        log.warning("%s: %s", path, problem)
