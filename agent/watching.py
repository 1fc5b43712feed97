"""One task per channel that looks when the poll or a hint says so; a long download never holds up an alert."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from agent.pull import Checked
from agent.pull.client import metadata_path
from agent.waiting import either, until
from device.errors import SeamError, Unreachable
from evidence.timing import Rhythm

log = logging.getLogger(__name__)

T = TypeVar("T")
Look = Callable[[str, bytes | None], Awaitable[Checked]]
Hurry = Callable[[str, Mapping[str, bytes]], Awaitable[tuple[Checked, bool]]]
Told = Callable[[str, Checked | SeamError], None]
Now = Callable[[], float]

PATIENCE = 10.0
"""Seconds after which a look that is still downloading is broken off when something newer is announced; it resumes."""

GRACE = 1.0
"""Seconds for which a look that files call away goes on first, after files that were of no use; twice as many after each more."""

BREATH = 0.2
"""Seconds between two looks, however many hints come, unless the first brought something: hints are unsigned, anybody may send a flood."""

MOST_FILES = 64
"""How many files of hints are kept for the look that follows."""


@dataclass
class ChannelWatch:
    """*look* looks at *channel* once, at the timestamp that it is given or else at the source's own.

    *hurry* looks at the files that a hint carried, first and at once, and says whether they left nothing to look at.
    *told* hears what came of it; *now* is monotonic seconds. After a failure it looks again by itself, with *rhythm*'s back-off.
    """

    channel: str
    rhythm: Rhythm
    look: Look
    hurry: Hurry
    told: Told
    now: Now
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    announced: int = -1
    _filed: int = -1
    _offered: bytes | None = None
    _seen: bytes | None = None
    _looking: bool = False
    _retry: float | None = None
    _carried: dict[str, bytes] = field(default_factory=dict)
    _hasty: asyncio.Event = field(default_factory=asyncio.Event)
    _grace: float = 0.0

    def hint(self, timestamp: int, carried: Callable[[], Mapping[str, bytes]] = dict) -> None:
        """Somebody says that version *timestamp* is out, and may have *carried* its files: look, unless it was said before."""
        if timestamp != self.announced:
            self.announced, self._offered = timestamp, None
            self.wanted.set()
        elif timestamp == self._filed or not self._unfinished:
            return
        if files := carried():
            self._filed = timestamp
            # Names of a release tree name one content for ever, but for the timestamp, of which the last counts.
            self._carried = dict(list(_joined(self._carried, files).items())[-MOST_FILES:])
            self.wanted.set()
            self._hasty.set()

    @property
    def _unfinished(self) -> bool:
        """Whether what was announced is still looked for: then its files are of use, though another said the same without them."""
        return self._looking or self.wanted.is_set() or self._retry is not None

    def offer(self, timestamp: bytes | None) -> None:
        """The poll brought this *timestamp*, or none, so that the source is to be asked.

        A look that is under way for the same one goes on, and one that failed waits for its time: that is what back-off means.
        """
        if self._looking or self._retry is not None:
            if timestamp is not None and timestamp == self._seen:
                return
            if timestamp is None and self._retry is not None:
                return
        self._offered = timestamp
        self.wanted.set()

    async def run(self) -> None:
        """Look for ever."""
        failures = 0
        while True:
            fresh = False
            await until(self.wanted, None if self._retry is None else self._retry - self.now())
            try:
                checked = await self._look_again_if_wanted()
            except SeamError as problem:
                failures, self._retry = failures + 1, self._again(failures + 1, problem)
                # The source may lag behind the registry: what was announced is still what is wanted.
                self._offered = self._offered or self._seen
                self.told(self.channel, problem)
            else:
                fresh = bool(checked.fresh)
                # Another road answered, but the network did not: it is tried again as soon as if none had.
                failures = failures + 1 if checked.away else 0
                self._retry = self._again(failures, checked.away) if checked.away else None
                self.told(self.channel, checked)
            # What follows on something new, a stop say, waits for nothing.
            await until(self._hasty if fresh else asyncio.Event(), BREATH)

    def _again(self, failures: int, problem: SeamError) -> float:
        return self.rhythm.retry(self.now(), failures, problem.retry_after if isinstance(problem, Unreachable) else None, jitter())

    async def _look_again_if_wanted(self) -> Checked:
        self._looking = True
        try:
            while True:
                self.wanted.clear()
                checked = await (self._hurried() if self._carried else self._patiently())
                if checked is not None:
                    return checked
        finally:
            self._looking = False

    async def _patiently(self) -> Checked | None:
        """A look along the roads, ``None`` when it was broken off."""
        self._seen, self._offered = self._offered, None
        checked = await self._unless_called(self.look(self.channel, self._seen), self._grace)
        if checked is not None:
            self._grace = 0.0
        return checked

    async def _hurried(self) -> Checked | None:
        """A look at what hints carried, and at what they left over; ``None`` when it was broken off."""
        self._hasty.clear()
        files, self._carried = self._carried, {}
        try:
            found = await self._unless_called(self.hurry(self.channel, files), max(GRACE, self._grace))
        except SeamError as problem:
            # What the files lack could not be had in haste: all of it is looked for as ever.
            log.info("%s: %s", self.channel, problem)
            self._lend_less()
            return await self._patiently()
        if found is None:
            self._lend_less()
            self._carried = _joined(files, self._carried)
            return None
        checked, whole = found
        if checked.fresh:
            self._grace = 0.0
        elif checked.refusals:
            # Whoever sends lies breaks nothing off for a while.
            self._grace = PATIENCE
        else:
            # By another road it may have come before: what follows on it must not wait for long.
            self._lend_less()
        if whole:
            return checked
        if not checked.refusals:
            self._offered = self._offered or files.get(metadata_path(self.channel, "timestamp.json"))
        return await self._patiently()

    def _lend_less(self) -> None:
        self._grace = min(PATIENCE, max(GRACE, 2 * self._grace))

    async def _unless_called(self, work: Awaitable[T], grace: float) -> T | None:
        """What comes of *work*; ``None`` when it was broken off: after *grace* for files, after ``PATIENCE`` for anything newer."""
        working = asyncio.ensure_future(work)
        try:
            await asyncio.wait({working}, timeout=grace)
            await either(working, self._hasty, PATIENCE - grace)
            if not working.done() and not self._hasty.is_set():
                await either(working, self.wanted, None)
            if working.done():
                return working.result()
        finally:
            working.cancel()
            await asyncio.wait({working})
        return None


def _joined(older: Mapping[str, bytes], newer: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files in the order in which they came last: of too many the oldest go, and never the newest timestamp."""
    return {**{path: raw for path, raw in older.items() if path not in newer}, **newer}


def jitter() -> float:
    """A draw in [0, 1)."""
    return secrets.randbelow(10**6) / 10**6
