"""A courier's visit: a stick is plugged in, its content goes through the unit's own check, reports go back, and the board says so."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.claiming import Claiming
from agent.courier.importing import CONTENT, Look, has_content, import_channel
from agent.courier.letters import Letterbox, read_answer
from agent.courier.mounts import Mount
from agent.courier.plugging import MOUNTS, plugged
from agent.courier.sentences import READING, Import, Letters, sentence, whole
from agent.pull import DirectorySource
from agent.pull.plain import read_plain
from agent.reporting import Reporter
from agent.roads import Roads
from bundle.errors import Complaint, Refused
from device.clock import Clock
from device.errors import SeamError
from device.settings import Settings
from device.unit import site
from director.moment import Moment
from evidence.permit import MAX_PERMIT, PERMITS
from evidence.records import ClockState
from evidence.report import Said

log = logging.getLogger(__name__)

Told = Callable[[tuple[Complaint, ...]], None]


@dataclass
class Courier:
    """Takes every stick that is plugged in. *look* is the unit's own check; *told* hears what it refused; *said* is for the board.

    *claiming* is of a unit that enrolled itself.
    """

    settings: Settings
    clock: Clock
    reporter: Reporter
    roads: Roads
    look: Look
    told: Told
    claiming: Claiming | None = None
    mounts: Path = MOUNTS
    said: Said | None = None
    _known: set[Mount] = field(default_factory=set)
    _letterbox: Letterbox | None = None

    async def run(self) -> None:
        """Serve couriers for ever."""
        async for sticks in plugged(self.settings.agent.sticks, self.mounts):
            self.roads.sticks = [DirectorySource(Path(stick.point), CONTENT) for stick in sticks if _ours(stick)]
            for stick in sticks:
                if stick not in self._known and _ours(stick):
                    await self.visit(Path(stick.point), stick.read_only)
            self._known = set(sticks)

    async def visit(self, stick: Path, read_only: bool) -> None:
        """One stick, from its first byte to the sentence on the board."""
        outcome, letters = Import.PULLED, Letters.PULLED
        self._say(READING)
        reading = asyncio.ensure_future(self._keep_saying())
        try:
            await self._permits(stick)
            outcome = await self._import(stick)
            letters = await self._letters(stick, read_only)
        finally:
            reading.cancel()
            self._say(sentence(outcome, letters, _local(self, self.clock.now())))
        log.info("%s: %s, %s", stick, outcome.name, letters.name)

    async def _permits(self, stick: Path) -> None:
        """What the registry permits of new software; whoever wrote it there, only its own signature counts."""
        for channel in self.reporter.record.channels:
            try:
                raw = await asyncio.to_thread(read_plain, stick, f"{PERMITS}/{channel}.jws", MAX_PERMIT)
            except (OSError, SeamError):
                continue
            self.reporter.permits.take([raw.decode("ascii", "replace").strip()] if raw is not None else [])

    async def _import(self, stick: Path) -> Import:
        outcomes: list[Import] = []
        refused: list[Complaint] = []
        for channel in self.reporter.record.channels:
            outcome, checked = await import_channel(stick, self.reporter.paths, channel, self.clock.now(), self.look)
            outcomes += [] if outcome is None else [outcome]
            refused += checked.refusals
        self.told(tuple(dict.fromkeys(refused)))
        return whole(outcomes)

    async def _letters(self, stick: Path, read_only: bool) -> Letters:
        who = self.reporter
        kept = who.kept
        try:
            answer = await asyncio.to_thread(read_answer, stick, who.record, who.key_pem)
            if answer is not None:
                # Also where it is less than another had told: the registry may have been restored since, and an old answer costs little.
                kept = who.told_by_stick(answer)
            if self.claiming is not None:
                await self.claiming.by_stick(stick, read_only)
        except Refused as refused:
            # Nothing is deleted, and the unit goes on reporting: somebody should know that a stick lied.
            self.told(refused.complaints)
        except OSError:
            return Letters.PULLED
        self._letterbox = self._letterbox or Letterbox(who.paths, who.record, who.key_pem, who.outbox)
        moment, now = self.clock.now(), who.whole()
        return await asyncio.to_thread(self._letterbox.write, stick, read_only, kept, moment, now)

    async def _keep_saying(self) -> None:
        """A long import is not over because nobody said anything for a while."""
        while True:
            self._say(READING)
            await asyncio.sleep(30.0)

    def _say(self, text: str) -> None:
        self.said = Said(text=text, at=self.clock.now().stamp())


def _ours(stick: Mount) -> bool:
    try:
        return has_content(Path(stick.point))
    except OSError:
        return False


def _local(courier: Courier, moment: Moment) -> datetime | None:
    if moment.state is ClockState.UNKNOWN:
        return None
    return moment.wall.astimezone(ZoneInfo(site(courier.reporter.record, courier.settings).timezone))
