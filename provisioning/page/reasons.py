"""Why the page is to open now: an uncommissioned unit waits, its button was held, or an order stands; each counts once."""

import logging
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Line, Model
from bundle.errors import Refused
from device.candidate import FileKey, key
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.errors import SeamError
from device.happened import load_happened
from device.inputs import FRESH, read_inputs
from device.onlooker import looking_on
from device.own import read_own
from device.paths import Paths
from device.settings import Settings
from device.shelf import Shelf
from device.unit import read_unit, site
from director.moment import Moment
from director.orders import Given, given, service
from evidence.records import PageReason

VOICE = "audio"
"""Whose history says since when an order is held here."""
MOST_REMEMBERED = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reason:
    """*why* it opens; by an order, *order* names it."""

    why: PageReason
    order: str | None = None


class Obeyed(Model):
    """``page/obeyed.json``: what the page opened for already; *waits* and *hold* count within one *boot*."""

    format: Literal[1] = 1
    boot: Line = "-"
    waits: bool = False
    hold: float = -1.0
    orders: Annotated[tuple[Line, ...], Field(max_length=MOST_REMEMBERED)] = ()


@dataclass
class Reasons:
    """Asked once a second; the signed orders are looked at when something was shelved, or after *orders_every* seconds."""

    paths: Paths
    clock: Clock
    settings: Settings
    orders_every: float = 600.0

    def __post_init__(self) -> None:
        self._obeyed = self._read()
        self._orders: tuple[Given, ...] = ()
        self._shelved: tuple[FileKey | None, ...] | None = None
        self._looked = 0.0

    def look(self, waits: bool) -> Reason | None:
        """What asks for the page now; *waits*: the unit is not commissioned, and only a person here helps it on."""
        moment = self.clock.now()
        if self._obeyed.boot != moment.boot:
            self._obeyed = self._obeyed.model_copy(update={"boot": moment.boot, "waits": False, "hold": -1.0})
        if self.held(moment) is not None:
            return Reason(PageReason.BUTTON)
        if (order := self._ordered(moment)) is not None:
            return Reason(PageReason.ORDER, order)
        return Reason(PageReason.FIRST_BOOT) if waits and not self._obeyed.waits else None

    def held(self, moment: Moment) -> float | None:
        """When the button was held lately, unless that was obeyed."""
        inputs = read_inputs(self.paths)
        if inputs is None or inputs.service is None or inputs.at.boot != moment.boot or moment.mono - inputs.at.mono > FRESH:
            return None
        recent = moment.mono - inputs.service <= self.settings.page.button_seconds
        return inputs.service if recent and inputs.service > self._obeyed.hold else None

    def obey(self, reason: Reason) -> None:
        """Remember on the card that *reason* was obeyed: neither a restart nor a power cut makes it count again.

        A card that takes no writes is when a person is needed most: then it is remembered until the program ends.
        """
        moment = self.clock.now()
        match reason.why:
            case PageReason.FIRST_BOOT:
                changed: dict[str, object] = {}
            case PageReason.BUTTON:
                changed = {"hold": self.held(moment) or moment.mono}
            case PageReason.ORDER:
                changed = {"orders": (*self._obeyed.orders, reason.order)[-MOST_REMEMBERED:]}
        self._obeyed = self._obeyed.model_copy(update=changed | {"waits": True})
        try:
            replace(self.paths.page_obeyed, self._obeyed.model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được / the card takes no writes: %s", problem)

    def _ordered(self, moment: Moment) -> str | None:
        shelved = tuple(key(pack) for pack in sorted((*self.paths.shelf.glob("*/*.pack"), *self.paths.fast.glob("*/*.pack"))))
        if shelved != self._shelved or moment.mono - self._looked >= self.orders_every:
            self._shelved, self._looked = shelved, moment.mono
            self._orders = self._read_orders(moment)
        found = service(tuple(each for each in self._orders if each.name not in self._obeyed.orders), moment.wall)
        return found.name if found else None

    def _read_orders(self, moment: Moment) -> tuple[Given, ...]:
        try:
            record = read_unit(self.paths)
            if record is None or not self.paths.root_json.exists():
                return ()
            with looking_on(self.paths.root, VOICE) as onlooker:
                shelf = Shelf(onlooker, VOICE, self.paths.root_json.read_bytes())
                programme = shelf.programme(site(record, self.settings), moment)
            return given(programme, moment, load_happened(self.paths, VOICE, self.clock))
        except (Refused, SeamError, OSError) as problem:
            log.warning("lệnh chưa đọc được / orders cannot be read: %s", problem)
            return ()

    def _read(self) -> Obeyed:
        try:
            return read_own(Obeyed, self.paths.page_obeyed)
        except (OSError, ValidationError):
            return Obeyed()
