"""How far alerts came, for everybody who looks at once: computed when reports have come, and then shared."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bundle.alert import Identity
from bundle.area import covers
from registry.alerts.confirmation.gathering import confirmation
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.released import Releases
from registry.alerts.confirmation.tally import Confirmation
from registry.storage.storage import Storage

Channels = tuple[str, ...] | None
"""Of whose units somebody may read; None is all of them."""
_SHARE = 4.0


class News:
    """Wakes whoever looks at a page when reports were filed: *count* of times, *own* of them by this process."""

    def __init__(self) -> None:
        self._heard = asyncio.Event()
        self.count = 0
        self.own = 0

    def tell(self) -> None:
        """Reports were filed."""
        self.own += 1
        self.hear()

    def hear(self) -> None:
        """Another process filed some."""
        self.count += 1
        self._heard.set()
        self._heard = asyncio.Event()

    async def own_since(self, after: int) -> None:
        """Wait until this process has filed anything after *after* of them."""
        while self.own == after:
            await self._heard.wait()

    async def wait(self, after: int, seconds: float) -> bool:
        """Whether anything was filed after *after* of them, within *seconds*."""
        if self.count != after:
            return True
        heard = self._heard
        try:
            async with asyncio.timeout(seconds):
                await heard.wait()
        except TimeoutError:
            return False
        return True


@dataclass
class Reached:
    """The alerts of *releases* with their confirmations; one that was computed within *fresh* seconds serves everybody.

    Of a large province it serves for longer, so that looking never takes more than a fifth of a core from the reports.
    """

    storage: Storage
    releases: Releases
    now: Callable[[], datetime]
    fresh: float
    monotonic: Callable[[], float]
    _known: dict[tuple[str, Channels], tuple[float, Confirmation]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def all(self, channels: Channels = None) -> tuple[Raised, ...]:
        """Every alert of *channels*, those above and those below them; the newest first."""
        async with self._turn:
            unread = await asyncio.to_thread(self.releases.unread)
        # One at a time: a history takes a moment after a start, for which a stop in another channel must not wait.
        for channel in (each for each in unread if _concerns(channels, each)):
            async with self._turn:
                await asyncio.to_thread(self.releases.look, channel)
        async with self._turn:
            found = await asyncio.to_thread(self.releases.raised, self.now())
        return tuple(each for each in found if _concerns(channels, each.channel))

    async def one(self, key: str, channels: Channels = None) -> Raised | None:
        """The alert that *key* stands for."""
        return next((each for each in await self.all(channels) if each.answers(key)), None)

    async def below(self, channel: str, identity: Identity) -> Raised | None:
        """The alert that a stop of *channel* ends: whoever released it, there or below."""
        found = await self.all((channel,))
        return next((each for each in found if each.alert.identity() == identity and covers(channel, each.channel)), None)

    async def confirmation(self, raised: Raised, channels: Channels = None) -> Confirmation:
        """How far it came, on units of *channels*."""
        async with self._turn:
            began = self.monotonic()
            self._known = {key: each for key, each in self._known.items() if began < each[0]}
            held = self._known.get((raised.key, channels))
            if held is not None and held[1].raised == raised:
                return held[1]
            async with self.storage.reading() as connection:
                found = await confirmation(connection, raised, self.now(), channels)
            ended = self.monotonic()
            self._known[raised.key, channels] = ended + max(self.fresh, _SHARE * (ended - began)), found
            return found


def _concerns(channels: Channels, channel: str) -> bool:
    return channels is None or any(covers(own, channel) or covers(channel, own) for own in channels)


NEWS: web.AppKey[News] = web.AppKey("news", News)
REACHED: web.AppKey[Reached] = web.AppKey("reached", Reached)
