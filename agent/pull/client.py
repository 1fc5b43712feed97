"""The TUF client over one of our sources: python-tuf decides what is true, this file brings it bytes and takes its verdicts.

python-tuf is synchronous, so it runs in a thread, and its fetcher hands each request back to the event loop.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from agent.pull.source import Source, read
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import KEPT, Target, path_for, role_for
from bundle.trust.pack import MAX_METADATA
from bundle.trust.verify import own_channel
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


@dataclass
class Found:
    """What TUF says stands in a channel now; a target that was refused is missing and has its complaint."""

    files: dict[Target, TargetFile] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)


def metadata_path(channel: str, name: str) -> str:
    """Where a channel's metadata file lies in every release tree."""
    return f"metadata/{channel}/{name}"


async def refresh(source: Source, staged: Path, channel: str, root: bytes, timestamp: bytes, reference: datetime) -> Found:
    """Bring the metadata in *staged* up to the state that *timestamp* announces, judged at *reference* time.

    What was verified is written into *staged* also when a later step fails. Raises ``Refused`` and the errors of the source.
    """
    where = metadata_path(channel, "timestamp.json")
    check_address(timestamp, channel, where)
    fetcher = _Fetcher(source, asyncio.get_running_loop(), channel, {where: timestamp})
    return await asyncio.to_thread(_refresh, fetcher, staged, channel, root, reference)


def check_address(raw: bytes, channel: str, where: str) -> None:
    """``Refused`` unless this metadata says that it is the channel's own.

    It comes before TUF: a validly signed stick of another commune would otherwise fill the cache with higher versions.
    """
    try:
        signed = json.loads(raw)["signed"]
        own_channel(signed, channel, where)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refuse(where, "không phải dữ liệu ký (not signed metadata)", "kiểm tra nguồn / check the source") from None


def make_updater(fetcher: FetcherInterface, staged: Path, channel: str, root: bytes, reference: datetime) -> Updater:
    """The client; always below the embedded *root*, and at our reference time.

    python-tuf reads the system's clock and has no public parameter for it: the version is pinned and a test covers this line.
    """
    updater = Updater(str(staged), metadata_path(channel, ""), fetcher=fetcher, config=CONFIG, bootstrap=root)
    updater._trusted_set.reference_time = reference
    return updater


def _refresh(fetcher: "_Fetcher", staged: Path, channel: str, root: bytes, reference: datetime) -> Found:
    try:
        updater = make_updater(fetcher, staged, channel, root, reference)
        updater.refresh()
    except (RepositoryError, DownloadError) as problem:
        raise _ours(problem, channel) from problem
    found = Found()
    published = updater._trusted_set.snapshot.meta
    for target in KEPT:
        if f"{role_for(target).value}.json" not in published:
            continue
        try:
            file = updater.get_targetinfo(path_for(channel, target))
        except (RepositoryError, DownloadError) as problem:
            refused = _ours(problem, path_for(channel, target))
            if not isinstance(refused, Refused):
                raise refused from problem
            # One bad document does not stop the others: a broken bundle must not hold up an alert.
            found.complaints += refused.complaints
            continue
        if file is not None:
            found.files[target] = file
    return found


def _ours(problem: Exception, where: str) -> Refused | SeamError:
    """The error of ours behind an error of python-tuf's."""
    cause = problem.__cause__
    if isinstance(cause, TooBig):
        return refuse(where, str(cause), "phát hành lại / release it again")
    if isinstance(cause, Refused | SeamError):
        return cause
    return refuse(where, f"không chấp nhận (not accepted): {problem}", "chờ bản phát hành đúng / wait for a correct release")


class _Fetcher(FetcherInterface):
    """Requests of the client's thread, answered by the event loop; *known* files are not fetched again."""

    def __init__(self, source: Source, loop: asyncio.AbstractEventLoop, channel: str, known: dict[str, bytes]) -> None:
        self._source = source
        self._loop = loop
        self._channel = channel
        self._known = known

    def _fetch(self, url: str) -> Iterator[bytes]:
        if url in self._known:
            return iter([self._known[url]])
        request: Any = asyncio.run_coroutine_threadsafe(read(self._source, url, MAX_METADATA), self._loop)
        raw: bytes | None = request.result()
        if raw is None:
            raise DownloadHTTPError(f"{url}: không có (not there)", 404)
        if url.endswith((".snapshot.json", ".targets.json")):
            check_address(raw, self._channel, url)
        return iter([raw])
