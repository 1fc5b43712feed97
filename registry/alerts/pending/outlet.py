"""Where alerts leave: released, marked as out, and told to the units. Tried again after a crash, it releases nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from bundle.items import Provenance
from bundle.trust import Target
from registry.alerts.pending import keeping
from registry.alerts.pending.outworn import SIGN_AGAIN
from registry.alerts.pending.releasing import moved_on, proposal_for, put_out_by_feed, put_out_signed
from registry.alerts.pending.routing import outdone
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import Act, State
from registry.storage.storage import Storage
from registry.trust.keys import PersonKey
from registry.trust.proposal import Proposal
from registry.trust.site import Site
from registry.trust.urgent import Full

FEED_FULL = "danh sách tin tự động của kênh đã đầy, cần hai người ký / the feed of the channel is full: two persons must sign it"
NO_KEY = "sổ này không giữ khóa để phát / this registry holds no key to release it with"


@dataclass
class Outlet:
    """The way out into *site*; *look* tells the units that something new stands there.

    *online* and *feed* (by channel) are the keys that this registry holds, *blobs* the folder whose ``blobs/`` holds speech made here.
    """

    storage: Storage
    site: Site
    look: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    online: PersonKey | None
    feed: Mapping[str, PersonKey]
    blobs: Path

    async def put_out(self, pending: Pending) -> Pending:
        """Let out what may leave; ``Refused`` when it cannot now. Called by whoever has the turn of its channel."""
        now = self.now()
        key = self.feed.get(pending.channel)
        if self.online is None or (pending.target is Target.FEED and key is None):
            raise refuse(pending.channel, NO_KEY, "bangtin registry serve --online-key … --feed-key …")
        if pending.proposal is not None:
            version = await self._signed(pending, pending.proposal, self.online)
        elif key is not None:
            version = await self._fed(pending, key, self.online)
        else:
            raise RuntimeError(f"#{pending.id} has nothing to leave by")
        left = replace(pending, version=version, out_at=now, why=None)
        async with self.storage.writing() as connection:
            await keeping.note_out(connection, left, now)
            await self._take_place(connection, left, now)
        await self.look()
        return left

    async def propose_again(self, pending: Pending, act: Act, why: str | None) -> Pending:
        """The same, to be signed by two persons anew over what stands in its channel now."""
        proposal = await asyncio.to_thread(proposal_for, self.site, pending, self.now())
        moved = pending.moved(act, self.now(), reason=why)
        again = replace(moved, target=Target.ALERTS, proposal=proposal, hold_off=None, release_at=None, why=why)
        async with self.storage.writing() as connection:
            await keeping.keep(connection, again, self.now())
        return again

    async def _signed(self, pending: Pending, proposal: Proposal, online: PersonKey) -> int:
        try:
            return await asyncio.to_thread(put_out_signed, self.site, proposal, online, self.now(), self.blobs)
        except Refused:
            if not await asyncio.to_thread(moved_on, self.site, proposal):
                raise
            await self.propose_again(pending, Act.MOVE_ON, SIGN_AGAIN)
            raise refuse(f"#{pending.id}", SIGN_AGAIN, "mở lại, người soạn ký lại / reload; the author signs again") from None

    async def _fed(self, pending: Pending, key: PersonKey, online: PersonKey) -> int:
        alert = pending.alert.model_copy(update={"provenance": answered_for(pending)})
        try:
            return await asyncio.to_thread(put_out_by_feed, self.site, pending.channel, [alert], key, online, self.now(), self.blobs)
        except Full:
            # What fills the feed may be in force for weeks: persons have a list of their own, and no share of it is a source's.
            await self.propose_again(pending, Act.MOVE_ON, FEED_FULL)
            raise refuse(
                f"#{pending.id}", FEED_FULL, "mở lại, hai người ký thì phát được / reload: it leaves when two persons sign"
            ) from None

    async def _take_place(self, connection: AsyncConnection, left: Pending, now: datetime) -> None:
        """What is older and still waits must not come out after it."""
        for old in outdone(left, await keeping.story_of(connection, left.channel, left.source, left.alert)):
            await keeping.keep(connection, old.superseded(left, now), now)


def answered_for(pending: Pending) -> Provenance:
    """Who answers for an alert that leaves by the feed: its author, and who confirmed it or that nobody did."""
    said = pending.alert.provenance
    if pending.state is State.CONFIRMED:
        return Provenance.model_validate(said.model_dump() | {"approver": pending.decided_by, "exception": None})
    return said.model_copy(update={"approver": "tự động / automatic", "exception": pending.reason})
