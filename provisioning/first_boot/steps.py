"""The steps from power to a confirmed site, in their order; each look begins at the first, and finds again what an earlier one kept."""

import contextlib
import logging
from dataclasses import dataclass, field

from bundle.errors import Refused
from device.clock import Clock
from device.errors import TooBig, Unreachable
from device.first_boot import Step, Trouble
from device.first_boot_settings import FirstBootSettings
from device.paths import Paths
from device.unit import UnitRecord, read_unit
from evidence.records import ClockState
from evidence.report import Pending
from provisioning.boot_file import BootFile, read_boot_file
from provisioning.card.enrolling import enrol_by_card, waiting
from provisioning.card.taking import card_on_boot
from provisioning.card.wiring import fits
from provisioning.enrol import enrolment_before, own_key, own_name, simulated_here
from provisioning.first_boot import words
from provisioning.first_boot.known import Known, troubles_of
from provisioning.first_boot.pairing import Pairing, Registry, Self, ask, pair, read_pairing, told
from provisioning.first_boot.road import has_route, obstacle

log = logging.getLogger(__name__)

PAIR_ANEW = ("code", "root.json")
"""What the registry complains of when only another code helps."""


@dataclass
class Steps:
    """Call `look` again and again: it brings *known* up to date and the unit as far as it gets."""

    paths: Paths
    clock: Clock
    registry: Registry
    settings: FirstBootSettings
    known: Known
    _drawn: float | None = field(default=None, init=False)

    async def look(self) -> float:
        """One look at everything; how many seconds until the next."""
        found: dict[Step, tuple[Trouble, ...]] = {}
        record = self._record(found)
        # Two machines with one key cannot be told apart: that of a moved or copied card is not used to ask with.
        moved = record is None and Step.STORAGE in found and enrolment_before(self.paths) is not None
        boot = self._boot_file(found, record is not None)
        by_card = record is None and self.paths.card_taken.exists()
        record = self._by_card(boot, found) if by_card else record
        me = self._self(found)
        known = self.known
        known.enrolled, known.confirmed = record is not None, record is not None and record.confirmed is not None
        resting = record is None and not by_card and self._without_road(found)
        if not known.looked:
            # Whatever the registry will take its time to say: this much is known at once.
            known.looked, known.troubles, known.progress = True, found, words.CONNECTING
        pause = self.settings.again
        asks = record is None and not by_card and not moved and not resting and Step.BOOT_FILE not in found
        if asks and me is not None and boot is not None and boot.registry is not None:
            pause = await self._let_in(me, boot, boot.registry.rstrip("/"), found)
        elif resting:
            known.progress = words.RESTING
        else:
            known.paired, known.progress, known.astray = None, None, False
        known.troubles = found
        return pause

    def _without_road(self, found: dict[Step, tuple[Trouble, ...]]) -> bool:
        """Tell where there is no way out; whether that is so because the unit's Wi-Fi rests, which nobody needs to try."""
        if has_route(self.paths) is not False:
            return False
        found |= self.known.resting or {Step.NETWORK: (words.NO_ROUTE,)}
        return bool(self.known.resting)

    def _record(self, found: dict[Step, tuple[Trouble, ...]]) -> UnitRecord | None:
        try:
            record = read_unit(self.paths)
        except Refused as refused:
            found[Step.STORAGE] = troubles_of(refused.complaints)
            return None
        return record if record is not None and self.paths.root_json.exists() else None

    def _boot_file(self, found: dict[Step, tuple[Trouble, ...]], enrolled: bool) -> BootFile | None:
        """The file with the unit's wiring: both must be right before a unit enrols with them."""
        troubles: tuple[Trouble, ...] = ()
        boot = None
        try:
            boot = read_boot_file(self.paths)
            fits(self.paths)
            card_on_boot(self.paths, boot)
        except Refused as refused:
            troubles = troubles_of(refused.complaints)
        else:
            if (boot is None or boot.registry is None) and not enrolled:
                troubles = (words.NO_BOOT_FILE,)
        try:
            simulated_here(self.paths)
        except Refused as refused:
            troubles += troubles_of(refused.complaints)
        if troubles:
            found[Step.BOOT_FILE] = troubles
        return boot

    def _by_card(self, boot: BootFile | None, found: dict[Step, tuple[Trouble, ...]]) -> UnitRecord | None:
        """What a prepared card makes of the unit, without any network; what stands in its way goes to *found*."""
        if found.get(Step.BOOT_FILE) == (words.NO_BOOT_FILE,):
            # The card itself says where the registry is.
            del found[Step.BOOT_FILE]
        if Step.BOOT_FILE in found:
            return None
        try:
            record = enrol_by_card(self.paths, boot.village if boot else None, self.clock.now())
            card = waiting(self.paths)
        except Refused as refused:
            found[Step.VILLAGE] = troubles_of(refused.complaints)
        except OSError as problem:
            self._card(problem, found)
        else:
            if card is not None:
                found[Step.VILLAGE] = (words.village(card.villages),)
            return record
        return None

    def _self(self, found: dict[Step, tuple[Trouble, ...]]) -> Self | None:
        """The unit's name and key, which is made here and nowhere else."""
        try:
            key = own_key(self.paths)
        except Refused as refused:
            found[Step.STORAGE] = (*found.get(Step.STORAGE, ()), *troubles_of(refused.complaints))
            return None
        except OSError as problem:
            self._card(problem, found)
            return None
        me = Self(self._name(key), key, self.known.tests)
        self.known.unit, self.known.fingerprint = me.unit, me.thumbprint
        return me

    def _name(self, key: bytes) -> str:
        """What the label of a prepared card says, too."""
        with contextlib.suppress(Refused, OSError):
            if (card := waiting(self.paths)) is not None:
                return card.unit
        return own_name(None, enrolment_before(self.paths), key)

    async def _let_in(self, me: Self, boot: BootFile, url: str, found: dict[Step, tuple[Trouble, ...]]) -> float:
        """Ask the registry at *url*; what stands in the way goes to *found*."""
        try:
            pause = await self._ask(me, boot, url)
        except (Unreachable, TooBig) as problem:
            step, trouble = obstacle(problem, url, self.clock.now().state is ClockState.TRUSTED)
            found.setdefault(step, (trouble,))
            self.known.astray = True
        except OSError as problem:
            self._card(problem, found)
        except Refused as refused:
            found[Step.REGISTRY] = troubles_of(refused.complaints)
            # What is refused under its address is no word of the registry's: a login page, for example.
            self.known.astray = any(each.where == url for each in refused.complaints)
            if found[Step.REGISTRY] != self.known.troubles.get(Step.REGISTRY):
                log.warning("%s", refused)
            self._pair_anew(refused, found)
            self.known.progress = None
            return self.settings.refused
        else:
            found.pop(Step.NETWORK, None)
            self.known.astray = False
            return pause
        self.known.progress = None
        return self.settings.again

    async def _ask(self, me: Self, boot: BootFile, url: str) -> float:
        under_way = read_pairing(self.paths, url) or await self._pair(url, boot.root_fingerprint)
        self.known.paired = told(me, under_way)
        answer = await ask(self.paths, me, under_way, self.clock.now().wall, self.registry)
        if isinstance(answer, Pending):
            self.known.seen = answer.seen
            self.known.progress = words.SEEN if answer.seen else None
            return answer.wait
        log.info("enrolled as %s at %s", answer.unit, answer.place)
        self.known.enrolled, self.known.confirmed = True, answer.confirmed is not None
        self.known.paired, self.known.progress, self.known.seen = None, None, False
        return 0.0

    async def _pair(self, url: str, wanted: str | None) -> Pairing:
        self._drawn = self.clock.now().mono
        return await pair(self.paths, url, wanted, self.registry)

    def _pair_anew(self, refused: Refused, found: dict[Step, tuple[Trouble, ...]]) -> None:
        """A code that is worth nothing any more gives way to a new one, not more often than anybody could try them out."""
        now = self.clock.now().mono
        since = now - self._drawn if self._drawn is not None else self.settings.redraw
        if since >= self.settings.redraw and any(each.where in PAIR_ANEW for each in refused.complaints):
            try:
                self.paths.pairing.unlink(missing_ok=True)
            except OSError as problem:
                self._card(problem, found)
                return
            self.known.paired, self.known.seen = None, False

    def _card(self, problem: OSError, found: dict[Step, tuple[Trouble, ...]]) -> None:
        trouble = words.card(str(problem.filename or self.paths.state), problem.strerror or str(problem))
        found[Step.STORAGE] = (*found.get(Step.STORAGE, ()), trouble)
