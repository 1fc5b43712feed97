"""One alert as the registry released it: by which lists it travels, and whether and how it has ended. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bundle.alert import Alert, AlertText, Identity
from bundle.area import covers
from bundle.items import VIETNAMESE
from director.alerts import Standing


@dataclass(frozen=True)
class Ended:
    """How an alert ended and when that was released (an expiry: when it fell due); *lists* tell units of it, by target and version."""

    how: Standing
    at: datetime
    lists: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Raised:
    """An *alert* that *channel* released at *issued*; *lists* name it, ``<channel>/<file>`` each with its first such version."""

    alert: Alert
    channel: str
    issued: datetime
    lists: Mapping[str, int]
    ended: Ended | None = None

    @property
    def name(self) -> str:
        """The identity as journals write it."""
        return str(self.alert.identity())

    @property
    def key(self) -> str:
        """What stands for it in the address of a page."""
        return key_of(self.channel, self.alert.identity())

    def answers(self, key: str) -> bool:
        """Whether *key* is of this alert as any channel released it that is in it."""
        return any(key_of(target.rpartition("/")[0], self.alert.identity()) == key for target in self.lists)

    @property
    def text(self) -> AlertText:
        """Its words in Vietnamese, which every alert has that is no Cancel."""
        return next((each for each in self.alert.versions if each.language == VIETNAMESE), self.alert.versions[0])

    def means(self, unit: str, place: str, channels: Collection[str]) -> bool:
        """Whether *unit*, which stands at *place* and follows *channels*, is addressed: two empty lists mean everyone."""
        areas, units = self.alert.areas, self.alert.units
        follows = any(target.rpartition("/")[0] in channels for target in self.lists)
        return follows and (not (areas or units) or unit in units or any(covers(area, place) for area in areas))


def key_of(channel: str, identity: Identity) -> str:
    """The page's key of an alert that *channel* released: an identity holds signs that no address should."""
    return hashlib.sha256(f"{channel} {identity}".encode()).hexdigest()[:16]
