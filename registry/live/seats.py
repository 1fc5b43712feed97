"""Who listens when more want to than the registry can serve: every part of the network keeps the same share of the seats."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Network, ip_address

NEIGHBOURS = 64
"""Bits of an IPv6 address that one customer's whole network has in common (RFC 6177): it can take any address below them."""


class NoSeat(Exception):
    """All seats are taken, or this one went to somebody with fewer."""


def block_of(address: str) -> str:
    """Who counts as one: an IPv4 address, behind which many may stand, or the network of an IPv6 address. ``ValueError`` for no address."""
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), NEIGHBOURS), strict=False))


class Seats:
    """At most *most* at once. When all are taken, whoever comes gets the newest seat of the most crowded block, if that is then
    no worse off than theirs.

    No block has a limit of its own: behind one address of a carrier stand the units of many villages.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, list[asyncio.Timeout]] = {}

    def __len__(self) -> int:
        """How many are taken."""
        return sum(map(len, self._taken.values()))

    @asynccontextmanager
    async def seat(self, block: str) -> AsyncIterator[None]:
        """A seat for somebody of *block*; ``NoSeat`` at once, or in the middle when it was given to another."""
        if len(self) >= self._most and not self._one_moves_for(block):
            raise NoSeat
        try:
            async with asyncio.timeout(None) as seat:
                self._taken.setdefault(block, []).append(seat)
                try:
                    yield
                finally:
                    self._leave(block, seat)
        except TimeoutError:
            if not seat.expired():
                raise
            raise NoSeat from None

    def _one_moves_for(self, block: str) -> bool:
        crowded = max(self._taken, key=lambda each: len(self._taken[each]), default=block)
        if len(self._taken.get(crowded, ())) <= len(self._taken.get(block, ())) + 1:
            return False
        newest = self._taken[crowded][-1]
        self._leave(crowded, newest)
        newest.reschedule(asyncio.get_running_loop().time())
        return True

    def _leave(self, block: str, seat: asyncio.Timeout) -> None:
        seats = self._taken.get(block, [])
        if seat in seats:
            seats.remove(seat)
        if not seats:
            self._taken.pop(block, None)
