"""A substitute for a person who cannot be reached: signed by the province beforehand, sealed, and put in force by releasing it.

The sealed file holds the *next* delegations of one channel, with the substitute's seat in them, signed by the province's key.
Until it is released no unit has seen it. To release it takes the online key alone: nobody needs the province's key at night.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from tuf.api.metadata import Metadata, Targets

from bundle.area import AreaCode
from bundle.base import Line, Model, Sha256
from bundle.errors import refuse
from bundle.parse import parse
from bundle.trust import Role
from bundle.trust.pack import MAX_METADATA
from registry.trust.delegations import Duty, Seat, difference, take_seat
from registry.trust.files import write
from registry.trust.keys import OWNER_ONLY, Holder, PersonKey, PublicHalf, half_of, public_of
from registry.trust.lock import publishing
from registry.trust.online import Lifetimes
from registry.trust.seating import reseated
from registry.trust.site import Site
from registry.trust.state import Prepared, prepare


class SealedSeat(Model):
    """Who would sit where."""

    role: Annotated[Role, Field(strict=False)]
    duty: Annotated[Duty, Field(strict=False)]
    name: Line
    person: Line
    public: PublicHalf

    def seat(self) -> Seat:
        """The same as a seat."""
        return Seat(self.role, self.duty, Holder(self.name, self.person, public_of(self.public)))


class SealedSubstitute(Model):
    """*targets* are the delegations to release; they follow exactly those whose hash is *after*."""

    format: Literal[1] = 1
    channel: AreaCode
    after: Sha256
    seats: tuple[SealedSeat, ...]
    targets: Annotated[str, Field(max_length=MAX_METADATA)]


def seal(
    site: Site, channel: str, seats: Sequence[Seat], key: PersonKey, now: datetime, times: Lifetimes | None = None
) -> SealedSubstitute:
    """Sign the next delegations of *channel*, with these *seats* added, without releasing them."""

    def edit(targets: Targets) -> None:
        for seat in seats:
            take_seat(targets, seat)

    raw = reseated(site, channel, edit, [key], now, times or Lifetimes())
    listed = tuple(
        SealedSeat(role=seat.role, duty=seat.duty, name=seat.holder.name, person=seat.holder.person, public=half_of(seat.holder.public))
        for seat in seats
    )
    return SealedSubstitute(channel=channel, after=_present(site, channel), seats=listed, targets=raw.decode())


def seal_again(site: Site, old: SealedSubstitute, key: PersonKey, now: datetime, times: Lifetimes | None = None) -> SealedSubstitute:
    """The same substitutes over the delegations that stand now: a change of seats makes an old seal worthless."""
    return seal(site, old.channel, [seat.seat() for seat in old.seats], key, now, times)


def unsealing(site: Site, sealed: SealedSubstitute) -> list[str]:
    """What releasing it would change, in lines for the duty officer; ``Refused`` when it was sealed over other delegations."""
    if sealed.after != _present(site, sealed.channel):
        raise refuse(
            sealed.channel,
            "niêm phong cho một trạng thái khác, nay đã đổi (sealed over delegations that have changed since)",
            "niêm lại bằng khóa tỉnh: substitute seal / seal it again with the province's key",
        )
    before = site.cell(sealed.channel).targets.signed
    after = Metadata[Targets].from_bytes(sealed.targets.encode()).signed
    return [f"{sealed.channel} · targets v{before.version} → v{after.version}", *difference(before, after)]


def activate(site: Site, sealed: SealedSubstitute, online: PersonKey, now: datetime, times: Lifetimes | None = None) -> Prepared:
    """Release the sealed delegations: from now on the substitutes count."""
    with publishing(site, sealed.channel):
        unsealing(site, sealed)
        prepared = prepare(site, sealed.channel, online, now, times or Lifetimes(), sealed.targets.encode())
        prepared.write(site)
    return prepared


def save_sealed(path: Path, sealed: SealedSubstitute) -> None:
    """Write the sealed file, for its owner alone."""
    write(path, sealed.model_dump_json(indent=1).encode(), OWNER_ONLY)


def load_sealed(path: Path) -> SealedSubstitute:
    """Read a sealed file; ``Refused`` when it is none."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise refuse(str(path), f"không đọc được (cannot read): {problem.strerror}", "kiểm tra đường dẫn / check the path") from None
    return parse(SealedSubstitute, raw, str(path), 2 * MAX_METADATA)


def _present(site: Site, channel: str) -> str:
    version = site.cell(channel).targets.signed.version
    return hashlib.sha256(site.metadata(channel, Targets.type, version).read_bytes()).hexdigest()
