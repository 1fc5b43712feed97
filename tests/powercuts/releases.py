"""Releases made before the power is cut, so that the cut meets the unit's own writes and not the signing of them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from bundle.trust import Target
from director.moment import Moment
from director.programme import Site
from evidence.records import ClockState
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import START, Publisher

SITE = Site("unit-1", f"{CHANNEL}.01", "Bản Mẫu 1", (CHANNEL,), ("vi",))
NOW = Moment(START + timedelta(hours=3), ClockState.TRUSTED, "boot-1", 1.0)
MANY = 60


def picture(number: int) -> bytes:
    """The bytes of the picture of release *number*: no page of them is like another, none like another number's."""
    return b"".join(hashlib.sha256(f"{number} {block}".encode()).digest() for block in range(2500 + number))


@dataclass(frozen=True)
class Releases:
    """*folder* holds one release tree with the timestamp of every release, and the pack of every bundle and list of alerts."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, many: int = MANY) -> "Releases":
        """Release number 1, 2, … *many*: each a new bundle with a new picture, and a new alert, which is the only one that is listed."""
        publisher = Publisher(folder)
        made = cls(folder)
        (folder / "root.json").write_bytes(publisher.root_bytes)
        (folder / "number").mkdir()
        for number in range(1, many + 1):
            at = publisher.later(minutes=1)
            publisher.release_alerts(CHANNEL, flood_alert(at, identifier=f"lu-{number}"))
            publisher.release_bundle(CHANNEL, small_bundle(at, title=str(number), pictures=(picture(number),)), [picture(number)])
            (folder / "number" / f"{number}.timestamp").write_bytes(made._announced.read_bytes())
            for target in (Target.BUNDLE, Target.ALERTS):
                (folder / "number" / f"{number}.{target}.pack").write_bytes(publisher.pack(CHANNEL, target))
        return made

    @cached_property
    def root(self) -> bytes:
        return (self.folder / "root.json").read_bytes()

    @property
    def ram(self) -> Path:
        """A folder that is not on the card."""
        return self.folder / "ram"

    @property
    def tree(self) -> Path:
        return self.folder / "site"

    @cached_property
    def timestamps(self) -> dict[bytes, int]:
        """Which release a timestamp announces."""
        return {path.read_bytes(): int(path.stem) for path in (self.folder / "number").glob("*.timestamp")}

    def pack(self, number: int, target: Target = Target.BUNDLE) -> bytes:
        return (self.folder / "number" / f"{number}.{target}.pack").read_bytes()

    def announce(self, number: int) -> None:
        """From now on the tree stands at release *number*: a timestamp is all that ever changes in it."""
        fresh = self._announced.with_suffix(".fresh")
        fresh.write_bytes((self.folder / "number" / f"{number}.timestamp").read_bytes())
        fresh.replace(self._announced)

    @property
    def _announced(self) -> Path:
        return self.tree / "metadata" / CHANNEL / "timestamp.json"
