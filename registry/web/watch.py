"""Watching the release tree: when a channel's timestamp.json changes, whoever waits is told the new version."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bundle.trust.carried import event
from registry.storage.turns import lasting
from registry.web.carrying import carried
from registry.web.work import WORK

log = logging.getLogger(__name__)

Mark = tuple[int, int, int]


@dataclass(frozen=True)
class _Known:
    """One channel's timestamp file, the version in it, and the event that tells those of it who heard of the one before."""

    version: int
    raw: bytes
    news: str


class Watch:
    """The newest timestamp version per channel below *metadata*; :meth:`look` refreshes it, :meth:`run` keeps looking."""

    def __init__(self, metadata: Path, every: float) -> None:
        self._metadata, self._every = metadata, every
        self._marks: dict[str, Mark] = {}
        self._known: dict[str, _Known] = {}
        self._changed = asyncio.Event()
        # Whoever released something looks at once, beside the look that goes round: what is older must not come last.
        self._looking = asyncio.Lock()
        self._cost = 0.0
        self.closed = False

    def newest(self, channels: Iterable[str]) -> dict[str, int]:
        """The versions of those *channels* that have one."""
        return {channel: self._known[channel].version for channel in channels if channel in self._known}

    def versions(self) -> dict[str, int]:
        """All versions now."""
        return self.newest(self._known)

    def event(self, channel: str, told: int | None) -> str:
        """What somebody hears who was *told* that version of *channel* last: what a hint carries is of use to who had the one before."""
        known = self._known[channel]
        return event(channel, known.version) if told is None else known.news

    def timestamps(self, channels: Iterable[str]) -> dict[str, bytes]:
        """The timestamp files of those *channels* that have one."""
        return {channel: self._known[channel].raw for channel in channels if channel in self._known}

    async def wait(self, seconds: float) -> bool:
        """Whether something changed (or the watch closed) within *seconds*."""
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return False
        return True

    async def look(self) -> None:
        """One pass over the tree, off the event loop; waiters are woken when a version changed."""
        async with self._looking:
            marks, found, self._cost = await asyncio.to_thread(_costed, self._metadata, self._marks, self._known)
            before = self.versions()
            self._known.update(found)
            if self.versions() != before:
                self._wake()
            self._marks = marks

    async def run(self) -> None:
        """Look for ever; a large tree is looked at less often, so that looking never takes over a tenth of a core.

        A busy machine makes no look dearer: what counts is the processor's time.
        """
        while True:
            await self.look()
            await asyncio.sleep(max(self._every, 10 * self._cost))

    def close(self) -> None:
        """Wake everyone for the last time."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


WATCH: web.AppKey[Watch] = web.AppKey("watch", Watch)


async def watching(app: web.Application) -> AsyncIterator[None]:
    """Look while the application runs."""
    await app[WATCH].look()
    async with app[WORK].going(lasting("watch", app[WATCH].run)):
        yield


def _costed(metadata: Path, before: dict[str, Mark], known: Mapping[str, _Known]) -> tuple[dict[str, Mark], dict[str, _Known], float]:
    began = time.thread_time()
    marks, found = _read(metadata, before, known)
    return marks, found, time.thread_time() - began


def _read(metadata: Path, before: dict[str, Mark], known: Mapping[str, _Known]) -> tuple[dict[str, Mark], dict[str, _Known]]:
    marks, found = {}, {}
    try:
        channels = [path.name for path in metadata.iterdir()]
    except FileNotFoundError:
        return {}, {}
    for channel in channels:
        path = metadata / channel / "timestamp.json"
        try:
            state = path.stat()
            marks[channel] = (state.st_ino, state.st_mtime_ns, state.st_size)
            if before.get(channel) != marks[channel]:
                found[channel] = _known(metadata.parent, channel, path.read_bytes(), known.get(channel))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (ValueError, KeyError, TypeError) as problem:
            # Half-copied by somebody's rsync: it is read again when it changes. A hint is only a hint.
            log.warning("%s is not readable yet: %s", path, problem)
    return marks, found


def _known(site: Path, channel: str, raw: bytes, before: _Known | None) -> _Known:
    version = int(json.loads(raw)["signed"]["version"])
    files = carried(site, channel, before.raw, raw) if before is not None and before.raw != raw else None
    return _Known(version, raw, event(channel, version, files))
