"""The orders that stand on this unit, for a program that is not the voice: verified by itself, and read again when some were shelved."""

import logging
from dataclasses import dataclass, field

from bundle.errors import Refused
from bundle.trust import Target
from device.candidate import FileKey, key
from device.clock import Clock
from device.errors import SeamError
from device.happened import load_happened
from device.onlooker import looking_on
from device.paths import Paths
from device.settings import Settings
from device.shelf import Shelf
from device.unit import read_unit, site
from director.happened import Happened
from director.moment import Moment
from director.orders import Given, given
from director.programme import Programme

VOICE = "audio"
"""Whose history says since when an order is held here."""
log = logging.getLogger(__name__)


@dataclass
class StandingOrders:
    """Asked often; all that is signed is read when orders were shelved, or after *every* seconds, for the newer dates in it."""

    paths: Paths
    clock: Clock
    settings: Settings
    every: float = 600.0
    _found: tuple[Programme, Happened] | None = field(default=None, init=False)
    _shelved: tuple[FileKey | None, ...] | None = field(default=None, init=False)
    _looked: float = field(default=0.0, init=False)

    def now(self, moment: Moment) -> tuple[Given, ...] | None:
        """Those that are meant for this unit, as `director.orders.given` tells them; None when nobody can read them now."""
        folders = (self.paths.shelf, self.paths.fast)
        shelved = tuple(key(pack) for folder in folders for pack in sorted(folder.glob(f"*/{Target.OPS}.pack")))
        if shelved != self._shelved or moment.mono - self._looked >= self.every:
            self._shelved, self._looked, self._found = shelved, moment.mono, self._read(moment)
        return None if self._found is None else given(self._found[0], moment, self._found[1])

    def _read(self, moment: Moment) -> tuple[Programme, Happened] | None:
        try:
            record = read_unit(self.paths)
            if record is None or not self.paths.root_json.exists():
                return None
            with looking_on(self.paths.root, VOICE) as onlooker:
                shelf = Shelf(onlooker, VOICE, self.paths.root_json.read_bytes())
                return shelf.programme(site(record, self.settings), moment), load_happened(self.paths, VOICE, self.clock)
        except (Refused, SeamError, OSError) as problem:
            log.warning("lệnh chưa đọc được / orders cannot be read: %s", problem)
            return None
