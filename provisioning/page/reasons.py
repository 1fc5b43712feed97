"""Why the page is to open now: an uncommissioned unit waits, its button was held, or an order stands; each counts once."""

import logging
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Line, Model
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.inputs import FRESH, read_inputs
from device.orders import StandingOrders
from device.own import read_own
from device.paths import Paths
from device.settings import Settings
from director.moment import Moment
from director.orders import service
from evidence.records import PageReason

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
    """Asked once a second."""

    paths: Paths
    clock: Clock
    settings: Settings

    def __post_init__(self) -> None:
        self._obeyed = self._read()
        self._orders = StandingOrders(self.paths, self.clock, self.settings)

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
        orders = self._orders.now(moment) or ()
        found = service(tuple(each for each in orders if each.name not in self._obeyed.orders), moment.wall)
        return found.name if found else None

    def _read(self) -> Obeyed:
        try:
            return read_own(Obeyed, self.paths.page_obeyed)
        except (OSError, ValidationError):
            return Obeyed()
