"""Opens the unit's own page and closes it again: the only time at which a unit listens to strangers."""

import asyncio
import ipaddress
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bundle.errors import Refused, refuse
from device.clock import Clock
from device.durable import CARD_FAILS
from device.first_boot import Access, Step
from device.paths import Paths
from device.settings import Settings
from evidence.records import PageClosed, PageOpened
from provisioning.first_boot.known import Known, halves
from provisioning.journal import note
from provisioning.network.manager import Network
from provisioning.page.label import label_without_board
from provisioning.page.pin import Gate, Wrongs, new_pin
from provisioning.page.place import WHERE, Place, find_place
from provisioning.page.reasons import Reason, Reasons
from provisioning.page.session import Phones
from provisioning.probe import Pair
from provisioning.wifi import Wifi

if TYPE_CHECKING:
    from provisioning.page.serving import Served

log = logging.getLogger(__name__)
ROUND = 1.0
LEAVE_TIME = 2.0
"""Seconds for the phone to load what it will show while it has no connection."""
SAID = 60.0
"""Seconds for which what came of a try stands on the board, before the next step stands there again."""
WAITS = (Step.NETWORK, Step.CLOCK, Step.REGISTRY, Step.VILLAGE, Step.CONFIRM)
"""The steps at which a person in front of the unit helps it on, by another network, a word or a hand."""


@dataclass
class Door:
    """Run it beside everything else of the service; *known* is what board and loudspeaker are told."""

    paths: Paths
    clock: Clock
    settings: Settings
    known: Known
    network: Network
    leave_time: float = LEAVE_TIME
    _open: "Served | None" = field(default=None, init=False)
    _waited: float | None = field(default=None, init=False)
    _strayed: float | None = field(default=None, init=False)
    _close_now: bool = field(default=False, init=False)
    _said: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._wrongs = Wrongs(self.paths)

    async def run(self) -> None:
        """Open and close for ever."""
        reasons = Reasons(self.paths, self.clock, self.settings)
        with suppress(Refused):
            # What a program that died left open.
            await self.network.end_hotspot()
        try:
            while True:
                await self.look(reasons)
                await asyncio.sleep(ROUND)
        finally:
            await self.close()

    async def look(self, reasons: Reasons) -> None:
        """Open if there is a reason, close when the time is over."""
        now = self.clock.now()
        await self._check()
        if self.known.page is not None and now.mono - self._said >= SAID and not (self._open and self._open.opening.work.busy):
            self.known.page = None
        if self._open is None:
            reason = reasons.look(self._waits(now.mono))
            if reason is not None:
                reasons.obey(reason)
                await self._try(reason)
        elif self._close_now or self._open.opening.left <= 0:
            await self.close()
        else:
            await self._stay(self._open, reasons)

    async def close(self) -> None:
        """Nobody can connect when this has begun; what is under way is ended in good order, then the hotspot is closed."""
        found, self._open, self._close_now = self._open, None, False
        if found is None:
            return
        self.known.access, self._strayed = None, None
        await found.runner.cleanup()
        await found.opening.work.end()
        with suppress(Refused):
            await self.network.end_hotspot()
        if found.hotspot is not None:
            self.known.anew()
        self.known.page = None
        self._note(PageClosed(n=0, at=self.clock.now().stamp(), phones=found.opening.phones.count, wrong=found.opening.gate.wrong))
        if (mistake := found.opening.work.mistake) is not None:
            raise mistake

    async def _check(self) -> None:
        """A mistake of ours ends the program, as anywhere; the phone hears of it first."""
        if self._open is not None and (mistake := self._open.opening.work.mistake) is not None:
            await asyncio.sleep(self.leave_time)
            raise mistake

    async def _stay(self, found: "Served", reasons: Reasons) -> None:
        """The button gives it another half hour; where no phone can find it, it goes over to the unit's own Wi-Fi."""
        mono, held = self.clock.now().mono, False
        if reasons.held(self.clock.now()) is not None and (reason := reasons.look(False)) is not None:
            reasons.obey(reason)
            self._until(found, mono + self.settings.page.minutes * 60)
            held = not self.known.confirmed
        if found.movable and not found.opening.work.busy and (held or self._astray(found, mono)):
            await self._move(found)

    def _astray(self, found: "Served", mono: float) -> bool:
        """Whether the network leads to no registry, and no phone was heard by it, for so long that nothing will come of it."""
        if not self.known.astray:
            self._strayed = None
            return False
        self._strayed = mono if self._strayed is None else self._strayed
        return mono - max(self._strayed, found.opening.phones.heard) >= self.settings.page.wait_seconds

    async def _move(self, found: "Served") -> None:
        self._say(("Đang mở Wi-Fi riêng của thiết bị…", "Opening the unit's own Wi-Fi…"))
        found.movable = False
        try:
            place = await self._place(spare=True)
            await self._listen(found, place.address)
        except Refused as refused:
            self._say(halves(refused.complaints[0].what))
            return
        if place.hotspot is None:
            self._say(("Không mở được Wi-Fi riêng", "The unit's own Wi-Fi cannot be opened"))
        else:
            found.hotspot, self.known.page = place.hotspot, None
        self._until(found, found.opening.until)

    def _waits(self, mono: float) -> bool:
        if not self.known.looked or self.known.confirmed or self.known.step not in WAITS:
            self._waited = None
            return False
        self._waited = mono if self._waited is None else self._waited
        return mono - self._waited >= self.settings.page.wait_seconds

    async def _try(self, reason: Reason) -> None:
        self._say(("Đang mở trang kỹ thuật…", "Opening the service page…"))
        try:
            await self._begin(reason)
            self.known.page = None
        except Refused as refused:
            log.warning("%s", refused)
            self._say(halves(refused.complaints[0].what))

    async def _begin(self, reason: Reason) -> None:
        # Most units never open their page again: aiohttp, the templates and all pages are read when one does.
        from provisioning.page.serving import served
        from provisioning.page.site import Opening

        label = label_without_board(self.paths, self.clock.now())
        # Where no board tells an address, a technician finds the Wi-Fi of the label or nothing.
        place = await self._place(self.known.spares_wifi or (label.wifi is not None and not self.known.confirmed))
        now, page = self.clock.now(), self.settings.page
        opening = Opening(
            self.paths,
            self.clock,
            Gate(self._wrongs, self.clock.now, new_pin(), label.pin),
            Phones(lambda: self.clock.now().mono, page.idle_seconds),
            until=now.mono + page.minutes * 60,
            join=self._join,
            close=self._close_soon,
            tell=self._say,
            seen=place.seen,
        )
        self._open = await served(opening, place.hotspot, place.movable)
        try:
            await self._listen(self._open, place.address)
        except Refused:
            await self.close()
            raise
        self._until(self._open, opening.until)
        self._note(PageOpened(n=0, at=now.stamp(), why=reason.why, seconds=page.minutes * 60, order=reason.order))

    async def _place(self, spare: bool) -> Place:
        wifi = label_without_board(self.paths, self.clock.now()).wifi
        place = await find_place(self.network, self.known.unit or "x", wifi.passphrase if wifi else None, spare)
        if place.replaced:
            self.known.rest()
        return place

    def _until(self, found: "Served", until: float) -> None:
        """The page stays open *until* then, and everybody is told how to reach it."""
        opening, hotspot = found.opening, found.hotspot
        opening.until = until
        by = {"ssid": hotspot.ssid, "passphrase": hotspot.passphrase} if hotspot else {}
        self.known.access = Access(pin=opening.gate.pin, address=f"http://{opening.address}/", until=until, **by)

    async def _join(self, wifi: Wifi, tell: Callable[[Pair], None]) -> None:
        """Change the Wi-Fi; the page is reached by the new one then, or by the hotspot again."""

        def everybody(words: Pair) -> None:
            tell(words)
            self._say(words)

        await asyncio.sleep(self.leave_time)
        try:
            await self.network.join(wifi, everybody)
        except Refused as refused:
            self._say(halves(refused.complaints[0].what))
            raise
        found = self._open
        if found is None:
            return
        found.hotspot, found.movable = None, True
        self.known.anew()
        for each in await self.network.devices():
            if each.kind == "wifi" and each.state == "connected" and (address := await self.network.address(each.name)) is not None:
                if ipaddress.ip_address(address).is_private:
                    await self._listen(found, address)
                everybody((f"Trang kỹ thuật: http://{found.opening.address}/", f"The service page: http://{found.opening.address}/"))
        self._until(found, found.opening.until)

    async def _listen(self, found: "Served", address: str) -> None:
        """Be reached at *address* too; ``Refused``, which the board tells, when nobody can listen there."""
        try:
            await found.listen(address, self.settings.page.port)
        except OSError as problem:
            what = f"không mở được cổng / cannot listen: {problem.strerror}"
            self._say(halves(what))
            raise refuse(WHERE, what, "thử lại / try again") from None

    def _say(self, words: Pair) -> None:
        """On the board, beside the next step."""
        self.known.page, self._said = words, self.clock.now().mono

    def _close_soon(self) -> None:
        self._close_now = True

    def _note(self, record: PageOpened | PageClosed) -> None:
        try:
            note(self.paths, record)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được nhật ký / the card takes no journal: %s", problem)
