"""Grants: single use, 15 minutes, kept as a hash; who redeems one becomes a unit of the fleet."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Complaint, Refused
from evidence.report import Enrolment
from evidence.signing import fingerprint, thumbprint
from registry.audit.chain import Event, note
from registry.fleet.marking import mark
from registry.fleet.states import Link
from registry.fleet.tables import enrolments, grants, units

LIFETIME = timedelta(minutes=15)


class TurnedAway(Refused):
    """A unit that is not let in; *event* is what the audit says of it."""

    def __init__(self, event: Event, where: str, what: str, do: str) -> None:
        super().__init__(Complaint(where, what, do))
        self.event = event


@dataclass(frozen=True)
class Destination:
    """Where the unit will stand: *place* and its name, *channels* widest first, *languages* in the village's order."""

    place: str
    place_name: str
    channels: Sequence[str]
    languages: Sequence[str]
    root: str
    link: Link = Link.NETWORK


@dataclass(frozen=True)
class Bond:
    """For whom alone a grant is: the key with this *thumbprint*, asking with this *nonce*, accepted by *technician*."""

    thumbprint: str
    nonce: str
    technician: str
    replaces: str | None = None


async def make_grant(connection: AsyncConnection, destination: Destination, url: str, now: datetime) -> str:
    """Store a fresh grant; the answer, ``<url>#<grant>.<root fingerprint>``, is shown once and kept nowhere."""
    secret = secrets.token_urlsafe(24)
    await connection.execute(insert(grants).values(hash=_hash(secret), **_stored(destination, now)))
    return f"{url.rstrip('/')}#{secret}.{fingerprint(destination.root.encode())}"


async def bind_grant(connection: AsyncConnection, destination: Destination, bond: Bond, now: datetime) -> None:
    """Store a grant that nobody carries: the unit's own key and nonce are what it is redeemed with, in place of one before it."""
    await connection.execute(delete(grants).where(grants.c.nonce == bond.nonce, grants.c.used_by.is_(None)))
    unknown_to_all = _hash(secrets.token_urlsafe(24))
    await connection.execute(insert(grants).values(hash=unknown_to_all, **_stored(destination, now), **vars(bond)))


async def redeem(connection: AsyncConnection, enrolment: Enrolment, token: str, now: datetime) -> Row[Any] | None:
    """The unit's row after an *enrolment* that its *token* proved; the same unit with the same key may ask again when the answer was lost.

    None when it brings no grant and nobody has accepted it. ``TurnedAway`` changes nothing: the grant is unknown, used or expired, the
    name or key belongs to another unit, or another unit has taken its place.
    """
    print_of_key = thumbprint(enrolment.key)
    grant = await _grant_for(connection, enrolment, print_of_key)
    if grant is None:
        if enrolment.grant is not None:
            raise _refused(Event.GRANT_FOREIGN, "mã cấp phép không phải của máy chủ này / this registry did not issue that grant")
        return None
    if grant.used_by is None:
        await _use(connection, grant, enrolment, print_of_key, now)
        await _remember(connection, grant, enrolment, token, now)
    elif grant.used_key != print_of_key:
        raise _refused(Event.GRANT_STOLEN, "mã cấp phép đã được thiết bị khác dùng / another unit has already used this grant")
    elif grant.used_by != enrolment.unit:
        raise _other_name(grant.used_by, Event.GRANT_REUSED)
    else:
        # Since then another unit may have taken its place.
        await may_be_let_in(connection, enrolment.unit, print_of_key)
    return (await connection.execute(select(units).where(units.c.unit == enrolment.unit))).one()


async def may_be_let_in(connection: AsyncConnection, unit: str, print_of_key: str) -> None:
    """``TurnedAway`` when a grant would not help: it never lets a unit take another's name, and never gives one key two names."""
    same = (await connection.execute(select(units).where((units.c.unit == unit) | (units.c.thumbprint == print_of_key)))).all()
    if any(row.unit == unit and row.thumbprint != print_of_key for row in same):
        raise TurnedAway(
            Event.NAME_TAKEN,
            "unit",
            f"tên {unit} đã thuộc về thiết bị có khóa khác / the name {unit} belongs to a unit with another key",
            "chọn tên khác bằng --unit, hoặc thay thiết bị cũ: bangtin provision replace"
            " / choose another name with --unit, or replace the old unit: bangtin provision replace",
        )
    for row in same:
        if row.unit != unit:
            raise _other_name(row.unit, Event.NAME_TAKEN)
        if row.replaced_by is not None:
            what = f"thiết bị này đã được {row.replaced_by} thay thế / this unit was replaced by {row.replaced_by}"
            do = "xoá khóa rồi đăng ký như thiết bị mới / remove its key and enrol it as a new unit"
            raise TurnedAway(Event.NAME_TAKEN, "unit", what, do)


async def _grant_for(connection: AsyncConnection, enrolment: Enrolment, print_of_key: str) -> Row[Any] | None:
    if enrolment.grant is not None:
        return (await connection.execute(select(grants).where(grants.c.hash == _hash(enrolment.grant)))).one_or_none()
    same = (await connection.execute(select(grants).where(grants.c.nonce == enrolment.nonce))).all()
    if any(row.thumbprint != print_of_key for row in same):
        what = "mã trên bảng thuộc về khóa khác / what this unit shows was accepted for another key"
        raise _refused(Event.GRANT_STOLEN, what)
    return next(iter(same), None)


async def _use(connection: AsyncConnection, grant: Row[Any], enrolment: Enrolment, print_of_key: str, now: datetime) -> None:
    if now >= datetime.fromisoformat(grant.expires):
        raise _refused(Event.GRANT_EXPIRED, "mã cấp phép đã quá 15 phút / the grant is older than 15 minutes")
    await may_be_let_in(connection, enrolment.unit, print_of_key)
    stands = {
        "place": grant.place,
        "place_name": grant.place_name,
        "channels": grant.channels,
        "languages": grant.languages,
        "link": grant.link,
        "root": grant.root,
        "hardware": enrolment.hardware,
    }
    moved = await connection.execute(update(units).where(units.c.unit == enrolment.unit).values(**stands))
    if not moved.rowcount:
        who = {"unit": enrolment.unit, "key": enrolment.key, "thumbprint": print_of_key, "enrolled": now.isoformat()}
        await connection.execute(insert(units).values(**who, **stands))
    await mark(connection, (enrolment.unit,), now)
    await connection.execute(
        update(grants).where(grants.c.hash == grant.hash).values(used_by=enrolment.unit, used_key=print_of_key, used=now.isoformat())
    )


async def _remember(connection: AsyncConnection, grant: Row[Any], enrolment: Enrolment, token: str, now: datetime) -> None:
    """Keep what the unit signed and where it stands from now on, beside where it stood before."""
    stands = {name: getattr(grant, name) for name in ("place", "place_name", "channels", "languages", "technician")}
    await connection.execute(
        insert(enrolments).values(unit=enrolment.unit, enrolled=now.isoformat(), key=enrolment.key, token=token, **stands)
    )
    await note(connection, Event.LET_IN, now, technician=grant.technician or "", unit=enrolment.unit, detail=grant.place)


def _stored(destination: Destination, now: datetime) -> dict[str, Any]:
    return {
        "place": destination.place,
        "place_name": destination.place_name,
        "channels": list(destination.channels),
        "languages": list(destination.languages),
        "link": destination.link.value,
        "root": destination.root,
        "made": now.isoformat(),
        "expires": (now + LIFETIME).isoformat(),
    }


def _other_name(name: str, event: Event) -> Refused:
    # Only the owner of the key gets here, so the name is told to nobody new.
    return TurnedAway(
        event,
        "unit",
        f"khóa này đã đăng ký dưới tên {name} / this key is already enrolled under the name {name}",
        f"chạy lại với --unit {name} / repeat with --unit {name}",
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refused(event: Event, what: str) -> Refused:
    return TurnedAway(event, "grant", what, "xin mã mới từ người quản lý / ask the registry for a new one")
