"""What a look at a channel costs on the wire, and what believing a bundle costs beside hashing its files."""

import asyncio
import contextlib
import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from agent.pull import Checked, HttpSource, Stream, check_channel
from bench import checking, slow_link
from bench.commune import bundle, notice
from bench.proxy import Counter, counting
from bench.row import Row
from bench.serving import registry
from bundle.asset import blob_path
from bundle.trust import Target, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from device.candidate import sha256_of
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

NOTICES = 50
CHANGED = 60_000
PICTURE, PICTURES = 300_000, 20
TIMES = 9


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publisher = Publisher(folder / "publisher", [CHANNEL])
        with registry(folder, publisher.site) as port:
            wire = asyncio.run(_wire_rows(folder, publisher, port))
        return [*checking.rows(), *wire, *_verify_rows(publisher, folder), *slow_link.rows()]


@dataclass
class _Counting:
    """An HTTP source that counts what it asks and gets: requests, and bytes of their bodies."""

    inner: HttpSource
    requests: int = 0
    body: int = 0

    @property
    def label(self) -> str:
        return self.inner.label

    @contextlib.asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        self.requests += 1
        async with self.inner.open(path, offset, tag) as stream:
            yield stream and Stream(stream.offset, stream.tag, self._count(stream.chunks))

    async def _count(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.body += len(chunk)
            yield chunk


async def _wire_rows(folder: Path, publisher: Publisher, port: int) -> list[Row]:
    notices, pictures = [notice(n) for n in range(NOTICES)], [os.urandom(PICTURE) for _ in range(PICTURES)]
    notices[7] = notice(7, tuple(pictures))
    publisher.release_bundle(CHANNEL, bundle(*notices), pictures)
    async with counting(port) as counter:
        await _look(folder, publisher, counter)
        nothing, source = await _look(folder, publisher, counter)
        assert not nothing.fresh, nothing
        assert source.requests == 1, "a look of one channel without a poll before it"
        blob = os.urandom(CHANGED)
        notices[20] = notice(20, (blob,))
        publisher.release_bundle(CHANNEL, bundle(*notices, version=2), [blob], at=publisher.later(minutes=5))
        changed, source = await _look(folder, publisher, counter)
        assert changed.fresh == (Target.BUNDLE,), changed
        return [_publish_row(source, counter)]


def _publish_row(source: _Counting, counter: Counter) -> Row:
    peer = CHANGED + 4096
    how = (
        f"one notice of {NOTICES} gets a picture of {CHANGED} B; {source.requests} requests, "
        f"{counter.bytes - CHANGED} B beyond the picture, counted in a TCP proxy with "
        "HTTP headers of both directions, without TLS and TCP/IP; the manifest travels as a delta against the held one"
    )
    return Row(
        name=f"publish one changed notice of {NOTICES}",
        value=counter.bytes,
        unit="B",
        peer="changed blob + 4 KB",
        peer_value=peer,
        budget="≤ 1.05 x (changed blob + 4 KB)",
        holds=counter.bytes <= 1.05 * peer,
        method=how,
    )


async def _look(folder: Path, publisher: Publisher, counter: Counter) -> tuple[Checked, _Counting]:
    """One look over a connection of its own; *counter* has counted this look alone."""
    moment = Moment(publisher.now, ClockState.TRUSTED, "bench", 1.0)
    counter.clear()
    async with ClientSession() as session:
        source = _Counting(HttpSource(session, f"{counter.url}/content/"))
        found = await check_channel(source, _paths(folder), CHANNEL, publisher.root_bytes, moment)
    assert not found.refusals, found
    return found, source


def _verify_rows(publisher: Publisher, folder: Path) -> list[Row]:
    shelf = _paths(folder).shelf
    raw = publisher.pack(CHANNEL, Target.BUNDLE)

    def believe() -> None:
        verified = verify_pack(raw, publisher.root_bytes, CHANNEL, Target.BUNDLE)
        for sha256 in needed_assets(parse_document(verified.content, CHANNEL, Target.BUNDLE)):
            assert sha256_of(shelf / blob_path(sha256)) == sha256

    files = [path for path in (shelf / "blobs").rglob("*") if path.is_file()]

    def hash_only() -> None:
        for path in files:
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")

    ours, floor = _milliseconds(believe, hash_only)
    size = sum(path.stat().st_size for path in files) / 1e6
    row = Row(
        name="verify a bundle",
        value=ours,
        unit="ms",
        peer="SHA-256 of its files alone",
        peer_value=floor,
        budget="≤ raw SHA-256 x 1.1 + 25 ms",
        holds=ours <= 1.1 * floor + 25,
        method=(
            f"pack of {NOTICES} notices verified from the root, parsed, {len(files)} files of {size:.1f} MB hashed; "
            f"page cache warm; median of {TIMES}, taken in turn"
        ),
    )
    return [row]


def _milliseconds(*works: Callable[[], object]) -> list[float]:
    took: list[list[float]] = [[] for _ in works]
    for _ in range(TIMES):
        for work, each in zip(works, took, strict=True):
            began = time.perf_counter()
            work()
            each.append(1000 * (time.perf_counter() - began))
    return [statistics.median(each) for each in took]


def _paths(folder: Path) -> Paths:
    return Paths(folder / "unit")
