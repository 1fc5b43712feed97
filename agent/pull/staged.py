"""The staged TUF client: python-tuf decides what is true, our sources bring the bytes, and what was verified is committed.

It knows nothing of channels: those rules stand in ``agent.pull.client``, and the public conformance suite drives this file alone.
python-tuf is synchronous, so it runs in a thread, and its fetcher hands each request back to the event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from agent.pull.generations import Generations
from agent.pull.source import Source, read
from agent.waiting import to_the_end
from bundle.errors import Refused, refuse
from bundle.trust.pack import MAX_METADATA
from device.errors import SeamError, TooBig

MAX_TIMESTAMP = 4096
CONFIG = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=8,
    root_max_length=MAX_METADATA,
    timestamp_max_length=MAX_TIMESTAMP,
    snapshot_max_length=MAX_METADATA,
    targets_max_length=MAX_METADATA,
)

T = TypeVar("T")


def anything_goes(path: str, raw: bytes) -> None:
    """The inspection of a repository that has no rules beside TUF's."""


@dataclass(frozen=True)
class Repository:
    """Metadata below the folder *metadata* of *source*, believed below the embedded *root*.

    Every file passes *inspect* (which may raise ``Refused``) before TUF sees it; *known* files were fetched and inspected already.
    """

    source: Source
    metadata: str
    root: bytes
    known: Mapping[str, bytes] = field(default_factory=dict)
    inspect: Callable[[str, bytes], None] = anything_goes


@dataclass
class Stage:
    """Where the metadata lies: in the staged copy, and after the commit in the generation in force."""

    folder: Path


@asynccontextmanager
async def staging(generations: Generations) -> AsyncIterator[Stage]:
    """A staged copy to work in. What was verified there is committed at the end, also when a later step failed or was cancelled:
    nobody may offer us less from then on.
    """
    stage = Stage(await to_the_end(generations.stage))
    try:
        yield stage
    finally:
        stage.folder = await to_the_end(lambda: generations.commit(stage.folder))


@dataclass(frozen=True)
class Client:
    """python-tuf's client with its top-level metadata up to date, and what fetches the rest for it."""

    updater: Updater
    fetcher: "RoadFetcher"

    async def take(self, steps: Callable[[Updater], T]) -> T:
        """Take *steps* in the client's thread."""
        return await to_the_end(lambda: steps(self.updater), self.fetcher.break_off)


async def refreshed(repository: Repository, staged: Path, reference: datetime) -> Client:
    """Bring the top-level metadata in *staged* up to date at *reference* time.

    Raises python-tuf's ``RepositoryError`` and ``DownloadError``; see ``as_ours``.
    """
    fetcher = RoadFetcher(repository, asyncio.get_running_loop())

    def run() -> Updater:
        updater = make_updater(fetcher, staged, repository, reference)
        updater.refresh()
        return updater

    return Client(await to_the_end(run, fetcher.break_off), fetcher)


def make_updater(fetcher: FetcherInterface, staged: Path, repository: Repository, reference: datetime) -> Updater:
    """The client; always below the embedded root, and at our reference time.

    python-tuf reads the system's clock and has no public parameter for it: the version is pinned and a test covers this line.
    """
    updater = Updater(str(staged), repository.metadata, fetcher=fetcher, config=CONFIG, bootstrap=repository.root)
    updater._trusted_set.reference_time = reference
    return updater


def as_ours(problem: RepositoryError | DownloadError, where: str) -> Refused | SeamError:
    """The error of ours behind an error of python-tuf's."""
    cause = problem.__cause__
    if isinstance(cause, TooBig):
        return refuse(where, str(cause), "phát hành lại / release it again")
    if isinstance(cause, Refused | SeamError):
        return cause
    return refuse(where, f"không chấp nhận (not accepted): {problem}", "chờ bản phát hành đúng / wait for a correct release")


class RoadFetcher(FetcherInterface):
    """Requests of the client's thread, answered by the event loop from the repository's source."""

    def __init__(self, repository: Repository, loop: asyncio.AbstractEventLoop) -> None:
        self._repository = repository
        self._loop = loop
        self._request: Future[bytes | None] | None = None
        self._broken_off = False

    def break_off(self) -> None:
        """End what is under way, and refuse every further request."""
        self._broken_off = True
        if self._request is not None:
            self._request.cancel()

    def _fetch(self, url: str) -> Iterator[bytes]:
        if url in self._repository.known:
            return iter([self._repository.known[url]])
        raw = self._ask(url)
        if raw is None:
            raise DownloadHTTPError(f"{url}: không có (not there)", 404)
        self._repository.inspect(url, raw)
        return iter([raw])

    def _ask(self, url: str) -> bytes | None:
        self._request = asyncio.run_coroutine_threadsafe(read(self._repository.source, url, MAX_METADATA), self._loop)
        if self._broken_off:
            self._request.cancel()
        return self._request.result()
