"""Roll-outs while the registry runs: looked at again and again, and at once when a unit says what became of a release."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.errors import Refused
from bundle.software import Release
from bundle.trust import Target
from registry.rollout.going import step
from registry.rollout.keeping import permits
from registry.storage.storage import Storage
from registry.trust.site import Site
from registry.trust.urgent import released_document

log = logging.getLogger(__name__)


@dataclass
class Rolling:
    """The roll-outs of *site* in *storage*; *versions* are the newest timestamps, *signing* the registry's key, permits live for *life*.

    It is looked at *every* so many seconds; silence that is less likely than *chance* is a release's doing.
    """

    storage: Storage
    site: Site
    versions: Callable[[], Mapping[str, int]]
    signing: bytes
    now: Callable[[], datetime]
    life: timedelta
    every: float
    chance: float
    _releases: dict[str, tuple[int, Release | None]] = field(default_factory=dict)
    _permits: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def newer(self, channels: tuple[str, ...], than: int | None) -> tuple[str, ...]:
        """The permits of *channels* with a higher number *than* that, which a unit therefore does not hold."""
        found = (self._permits[channel] for channel in channels if channel in self._permits)
        return tuple(token for n, token in sorted(found) if than is None or n > than)

    async def look(self) -> None:
        """Judge all roll-outs now."""
        await asyncio.to_thread(self._read)
        releases = {channel: release for channel, (_, release) in self._releases.items() if release is not None}
        async with self.storage.writing() as connection:
            await step(connection, releases, self.now(), self.life, self.chance)
            self._permits = await permits(connection, self.signing)

    async def run(self) -> None:
        """Look for ever; somebody at the command line may have halted one, or a stage may be over."""
        while True:
            await asyncio.sleep(self.every)
            await self.look()

    def _read(self) -> None:
        for channel, version in self.versions().items():
            if self._releases.get(channel, (0, None))[0] != version:
                self._releases[channel] = version, self._release(channel)

    def _release(self, channel: str) -> Release | None:
        try:
            found = released_document(self.site, channel, Target.SOFTWARE)
        except Refused as refused:
            # Half-copied by somebody's rsync: it is read again when its timestamp changes.
            log.warning("%s", refused)
            return None
        return found if isinstance(found, Release) else None
