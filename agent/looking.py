"""The unit's looks at its channels, by whatever road and one at a time for each; and the faults that follow from what came of them."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from agent.pull import Carried, Checked, Refusals, Source, check_channel, held_timestamp, holds_all, sweep
from agent.pull.check import Wants
from agent.pull.client import metadata_path
from agent.roads import Roads
from agent.turns import Turns
from agent.upgrading import Upgrading
from bundle.asset import Asset
from bundle.base import BulletinClass
from bundle.errors import Complaint
from bundle.trust import KEPT, Target
from bundle.trust.changed import URGENT
from bundle.trust.documents import Document
from device.clock import Clock
from device.durable import CARD_FAILS
from device.errors import OverBudget, SeamError, ShelfFull
from device.faults import Faults
from device.paths import Paths
from evidence.records import FaultCode

log = logging.getLogger(__name__)


@dataclass
class Looks:
    """Looks at *channels* below the embedded *root* along *roads*; *reachable* is called when the network answered.

    *upgrading* knows which packages of a release are wanted.
    """

    paths: Paths
    channels: tuple[str, ...]
    root: bytes
    roads: Roads
    clock: Clock
    faults: Faults
    reachable: Callable[[], None]
    upgrading: Upgrading
    _turns: dict[str, Turns] = field(init=False)
    _refused: dict[str, tuple[Complaint, ...]] = field(default_factory=dict)
    _failed: dict[str, SeamError] = field(default_factory=dict)
    _rechecked: set[str] = field(default_factory=set)
    _hurried: set[str] = field(default_factory=set)
    _refusals: Refusals = field(default_factory=Refusals)
    _polled: Refusals = field(default_factory=Refusals)

    def __post_init__(self) -> None:
        self._turns = {channel: Turns() for channel in self.channels}

    @property
    def kept(self) -> tuple[Path, ...]:
        """Where workers keep copies of their own."""
        return tuple(self.paths.kept(program) for program in ("display", "audio", "caretaker"))

    @property
    def waits(self) -> tuple[str, ...]:
        """What waits for tomorrow's data, one sentence each."""
        return tuple(dict.fromkeys(str(problem) for problem in self._failed.values() if isinstance(problem, OverBudget)))

    def held(self) -> dict[str, bytes]:
        """The timestamp that each channel has here."""
        found = {channel: held_timestamp(self.paths, channel) for channel in self.channels}
        return {channel: raw for channel, raw in found.items() if raw is not None}

    def doubt(self, channel: str) -> None:
        """The next look at *channel* hashes what is on the shelf."""
        self._rechecked.discard(channel)

    async def look(self, channel: str, timestamp: bytes | None) -> Checked:
        """Look along the roads; *timestamp* is what a poll heard already."""
        # The first look after a start hashes what is on the shelf: a power cut may have spoilt it.
        recheck, anew = channel not in self._rechecked, channel in self._hurried
        # Noted before: a doubt that comes up while the look is under way is for the next one.
        self._rechecked.add(channel)
        self._hurried.discard(channel)
        try:
            checked = await self._turns[channel].take(
                lambda: self.roads.look(channel, lambda source: self._check(source, channel, recheck, timestamp, anew))
            )
        except BaseException:
            if recheck:
                self.doubt(channel)
            if anew:
                self._hurried.add(channel)
            raise
        return await self._swept(checked)

    async def hurry(
        self, channel: str, files: Mapping[str, bytes], behind: Source | None = None, hasty: bool = True
    ) -> tuple[Checked, bool]:
        """Look at the *files* that a hint carried, before all else and at nothing but what is urgent; what they lack is *behind* them.

        With it comes whether there is nothing left to look at. *hasty*: whatever else looks at the channel is broken off for it.
        """
        timestamp = files.get(metadata_path(channel, "timestamp.json"))
        if timestamp is None:
            return Checked(channel), False
        behind = behind or self.roads.network
        carried = Carried(files, behind)
        checked = await self._turns[channel].take(
            lambda: self._check_at(carried, channel, False, timestamp, self._refusals, wants=_no_blobs, targets=URGENT), hasty
        )
        # Nobody asked for a newer root: the next look does.
        self._hurried.add(channel)
        whole = partial(holds_all, behind, self.paths, channel, self.root, timestamp, self.upgrading.wanted)
        return await self._swept(checked), await asyncio.to_thread(whole)

    async def _swept(self, checked: Checked) -> Checked:
        if checked.fresh:
            await asyncio.to_thread(sweep, self.paths.shelf, self.kept, self.upgrading.kept)
        return checked

    async def by_stick(self, channel: str, source: Source) -> Checked:
        """Look at a stick alone."""
        # A stick that was refused may come back mended, with the very same timestamp: what was refused before is not remembered.
        return await self._turns[channel].take(lambda: self._check_at(source, channel, False, None, None))

    async def beside(self, channel: str, source: Source) -> Checked:
        """Look at a neighbour alone."""
        return await self._turns[channel].take(lambda: self._check_at(source, channel, False, None, self._refusals))

    async def _check(self, source: Source, channel: str, recheck: bool, timestamp: bytes | None, anew: bool) -> Checked:
        # The poll speaks for the network alone; what a neighbour or a stick has is its own affair.
        polled = timestamp if source is self.roads.network else None
        # Nor does what the source then says for itself make the poll's answer good: a registry that lags costs one request a poll.
        memory = self._refusals if polled is None else self._polled
        checked = await self._check_at(source, channel, recheck, polled, memory, anew=anew)
        if polled is None or not checked.refusals:
            return checked
        # Nobody signed the poll's answer: before it is taken for refused or frozen, the source itself is asked.
        own = await self._check_at(source, channel, recheck, None, self._refusals)
        return Checked(channel, (*checked.fresh, *own.fresh), own.refusals)

    async def _check_at(
        self,
        source: Source,
        channel: str,
        recheck: bool,
        timestamp: bytes | None,
        refusals: Refusals | None,
        wants: Wants | None = None,
        targets: tuple[Target, ...] = KEPT,
        anew: bool = False,
    ) -> Checked:
        wants, now = wants or self.upgrading.wanted, self.clock.now()
        try:
            return await check_channel(source, self.paths, channel, self.root, now, recheck, timestamp, refusals, wants, targets, anew)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            raise ShelfFull(f"thẻ nhớ không ghi được / the card cannot be written: {problem.strerror}") from problem

    def told(self, channel: str, outcome: Checked | SeamError) -> None:
        """What came of a look at *channel*."""
        if isinstance(outcome, Checked):
            self._refused[channel] = outcome.refusals
            if outcome.away is None:
                self._failed.pop(channel, None)
                self.reachable()
            else:
                self._failed[channel] = outcome.away
            if outcome.fresh:
                log.info("%s: mới trên kệ / new on the shelf: %s", channel, ", ".join(outcome.fresh))
        else:
            log.info("%s: %s", channel, outcome)
            self._failed[channel] = outcome
        self._judge()

    def refused_by(self, road: str, refusals: tuple[Complaint, ...]) -> None:
        """What a *road* other than the network brought and was not taken; nothing when all is right with it."""
        self._refused[road] = refusals
        self._judge()

    def _judge(self) -> None:
        """Faults from what the last looks brought."""
        moment = self.clock.now()
        refused = "; ".join(dict.fromkeys(str(complaint) for found in self._refused.values() for complaint in found))
        self.faults.standing(moment, FaultCode.CONTENT_REFUSED, refused)
        full = [problem for problem in self._failed.values() if isinstance(problem, ShelfFull)]
        spent = [problem for problem in self._failed.values() if isinstance(problem, OverBudget)]
        away = [problem for problem in self._failed.values() if not isinstance(problem, ShelfFull | OverBudget)]
        # Not in other words again: a flapping link changes its error text all the time.
        for code, found in ((FaultCode.SHELF_FULL, full), (FaultCode.DATA_BUDGET, spent), (FaultCode.UNREACHABLE, away)):
            self.faults.standing(moment, code, str(found[0]) if found else "", again=False)


def _no_blobs(_: Document, __: bool) -> Mapping[BulletinClass, Mapping[str, Asset]]:
    """Of no document is a blob wanted: what a hint carries is in force first, and the sound of it follows."""
    return {}
