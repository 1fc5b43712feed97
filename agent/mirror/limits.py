"""How much a neighbour may ask for: the mirror must never cost the unit its own work. Pure."""

from dataclasses import dataclass, field

MOST_CONNECTIONS = 16
MOST_PEERS = 64
REQUESTS_A_MINUTE = 600
BYTES_AN_HOUR = 2 * 1024**3


@dataclass
class _Used:
    minute: int = -1
    requests: int = 0
    hour: int = -1
    bytes: int = 0


@dataclass
class Limits:
    """Counts per neighbour, in whole minutes and hours of the monotonic clock."""

    requests: int = REQUESTS_A_MINUTE
    most_bytes: int = BYTES_AN_HOUR
    _peers: dict[str, _Used] = field(default_factory=dict)

    def allows(self, peer: str, size: int, now: float) -> bool:
        """Whether *peer* may have *size* more bytes *now*; if so they are counted."""
        used = self._peers.get(peer)
        if used is None:
            self._forget(now)
            if len(self._peers) >= MOST_PEERS:
                return False
            used = self._peers[peer] = _Used()
        if used.minute != int(now // 60):
            used.minute, used.requests = int(now // 60), 0
        if used.hour != int(now // 3600):
            used.hour, used.bytes = int(now // 3600), 0
        if used.requests >= self.requests or used.bytes + size > self.most_bytes:
            return False
        used.requests += 1
        used.bytes += size
        return True

    def _forget(self, now: float) -> None:
        for peer in [peer for peer, used in self._peers.items() if used.hour != int(now // 3600)]:
            del self._peers[peer]
