"""Permits as they arrive, by network or stick: those of the unit's own registry are kept, the newest of each channel."""

import logging
from collections.abc import Callable, Iterable

from bundle.errors import Refused
from device.durable import CARD_FAILS
from device.paths import Paths
from device.unit import UnitRecord
from device.upgrades import keep_permits, kept_permits
from evidence.permit import Permit, read_permit

log = logging.getLogger(__name__)


class Permits:
    """The permits of the unit *record* at *paths*; *told* is called when there is a newer one."""

    def __init__(self, paths: Paths, record: UnitRecord, told: Callable[[], None] = lambda: None) -> None:
        self._paths, self._record, self._told = paths, record, told
        self._held: dict[str, tuple[str, Permit]] = {}
        self._admit(kept_permits(paths).values())

    @property
    def newest(self) -> int | None:
        """The highest number of all; ``None`` before the first."""
        return max((permit.n for _, permit in self._held.values()), default=None)

    def of(self, channel: str) -> Permit | None:
        """The permit of *channel*."""
        return self._held[channel][1] if channel in self._held else None

    def take(self, tokens: Iterable[str]) -> None:
        """Keep what is newer than what is here."""
        if not self._admit(tokens):
            return
        try:
            keep_permits(self._paths, {channel: token for channel, (token, _) in self._held.items()})
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("không giữ được giấy phép / the permits cannot be kept: %s", problem)
        self._told()

    def _admit(self, tokens: Iterable[str]) -> bool:
        keys, before = self._record.registry_keys, dict(self._held)
        for token in tokens:
            if keys is None:
                break
            try:
                permit = read_permit(token, dict(keys.signing))
            except Refused as refused:
                log.warning("giấy phép bị từ chối / a permit was refused: %s", refused)
                continue
            held = self.of(permit.channel)
            if permit.channel in self._record.channels and (held is None or permit.n > held.n):
                self._held[permit.channel] = token, permit
        return self._held != before
