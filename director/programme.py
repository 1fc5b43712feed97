"""The programme: everything verified and in force on this unit, as the director and its callers see it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from bundle.alert import Alert, AlertSet
from bundle.area import covers
from bundle.manifest import Bundle
from bundle.orders import Orders
from bundle.policy import Caps, Policy, StopList
from evidence.override import Override


@dataclass(frozen=True)
class Site:
    """Where this unit stands: its village's *place*, *languages* in the village's order, *channels* widest first.

    *lead* is how many seconds before a due time the loudspeaker must begin (longest warm-up, attention signal, decoding).
    *zones* are those of its amplifiers; none means that nothing is known of any, and everything is planned.
    *confirmed*: a technician confirmed that this is the place and that its horns may sound there; only a real unit can lack that.
    """

    unit: str
    place: str
    place_name: str
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    timezone: str = "Asia/Ho_Chi_Minh"
    lead: float = 10.0
    zones: tuple[str, ...] = ()
    confirmed: bool = True

    def addressed(self, areas: tuple[str, ...], units: tuple[str, ...]) -> bool:
        """Whether these lists mean this unit; two empty lists mean everyone."""
        return not (areas or units) or self.unit in units or any(covers(area, self.place) for area in areas)

    def named(self, areas: tuple[str, ...], units: tuple[str, ...]) -> bool:
        """Whether these lists name this very unit or its place, and not only something wider."""
        return self.unit in units or self.place in areas

    def reached(self, zones: tuple[str, ...]) -> tuple[str, ...]:
        """The zones here that *zones* (none means all) name."""
        return tuple(zone for zone in self.zones if not zones or zone in zones) if self.zones else zones


@dataclass(frozen=True)
class Cell:
    """What one channel has in force here; each part was verified by itself and may be missing. *issued* is the newest.

    *feed* is what nobody signed by hand. *earlier_alerts* and *earlier_feed* are messages of earlier verified lists that the present
    one no longer names: absence never cancels.
    *alerts_version*, *feed_version* and *orders_version* are of the roles that signed them, for receipts; *ordered_by* who signed
    the orders.
    """

    channel: str
    issued: datetime
    bundle: Bundle | None = None
    alerts: AlertSet | None = None
    policy: Policy | None = None
    stop: StopList | None = None
    stale: bool = False
    earlier_alerts: tuple[Alert, ...] = ()
    alerts_version: int = 0
    feed: AlertSet | None = None
    earlier_feed: tuple[Alert, ...] = ()
    feed_version: int = 0
    orders: Orders | None = None
    orders_version: int = 0
    ordered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Programme:
    """All cells, widest channel first; *stopped_on_site* when somebody stopped this unit at its own switch.

    *override* is what a person opened at the unit itself, if anything. *test_card*: a technician looks at the board's test card now.
    *absent* are the alerts' recordings, by SHA-256, that have not come: nothing else is in force before it is whole.
    """

    site: Site
    cells: tuple[Cell, ...] = field(default=())
    stopped_on_site: bool = False
    override: Override | None = None
    test_card: bool = False
    absent: frozenset[str] = frozenset()

    def bundles(self) -> Iterator[Bundle]:
        """The bundles in force, widest channel first."""
        yield from (cell.bundle for cell in self.cells if cell.bundle)

    @property
    def content(self) -> tuple[tuple[Bundle | None, AlertSet | None, AlertSet | None], ...]:
        """What people see and hear of it, by cell; a new signature of the same changes nothing here."""
        return tuple((cell.bundle, cell.alerts, cell.feed) for cell in self.cells)

    def cell(self, channel: str) -> Cell | None:
        """The cell of *channel*, if any."""
        return next((cell for cell in self.cells if cell.channel == channel), None)

    def own(self) -> str:
        """The unit's own commune: the narrowest channel it follows (or its place, when it follows none)."""
        return self.site.channels[-1] if self.site.channels else self.site.place

    def signed_until(self, channel: str) -> datetime:
        """The newest signed date of *channel* and those above it: the true time is not earlier, whatever the clock says."""
        return max((cell.issued for cell in self.cells if covers(cell.channel, channel)), default=datetime.min.replace(tzinfo=UTC))

    def policy(self) -> Policy:
        """The rules of the nearest channel that signed some, else our defaults."""
        signed = [cell.policy for cell in self.cells if cell.policy]
        return signed[-1] if signed else _unsigned(self.site.place)

    def caps(self) -> Caps:
        """How much may be planned for this place: the signed caps of its area, else those of the whole policy."""
        policy = self.policy()
        by_area = (caps for caps in policy.caps_by_area if any(covers(area, self.site.place) for area in caps.areas))
        return next(by_area, policy)


@lru_cache(maxsize=64)
def _unsigned(place: str) -> Policy:
    """Our defaults; a day's plan asks for them hundreds of times."""
    return Policy(format=1, channel=place)
