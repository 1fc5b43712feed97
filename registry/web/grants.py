"""Grants: single use, 15 minutes, kept as a hash; who redeems one becomes a unit of the fleet."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from evidence.report import Enrolment
from evidence.signing import fingerprint, thumbprint
from registry.web.schema import enrolments, grants, units
from registry.web.states import Link

LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True)
class Destination:
    """Where the unit will stand: *place* and its name, *channels* widest first, *languages* in the village's order."""

    place: str
    place_name: str
    channels: Sequence[str]
    languages: Sequence[str]
    root: str
    link: Link = Link.NETWORK


async def make_grant(connection: AsyncConnection, destination: Destination, url: str, now: datetime) -> str:
    """Store a fresh grant; the answer, ``<url>#<grant>.<root fingerprint>``, is shown once and kept nowhere."""
    secret = secrets.token_urlsafe(24)
    await connection.execute(
        insert(grants).values(
            hash=_hash(secret),
            place=destination.place,
            place_name=destination.place_name,
            channels=list(destination.channels),
            languages=list(destination.languages),
            link=destination.link.value,
            root=destination.root,
            made=now.isoformat(),
            expires=(now + LIFETIME).isoformat(),
        )
    )
    return f"{url.rstrip('/')}#{secret}.{fingerprint(destination.root.encode())}"


async def redeem(connection: AsyncConnection, enrolment: Enrolment, token: str, now: datetime) -> Row[Any]:
    """The unit's row after an *enrolment* that its *token* proved; the same unit with the same key may ask again when the answer was lost.

    ``Refused`` changes nothing: the grant is unknown, used or expired, or the name or key belongs to another unit.
    """
    print_of_key = thumbprint(enrolment.key)
    if enrolment.grant is None:
        raise _refused("yêu cầu không mang mã cấp phép / the request carries no grant")
    grant = (await connection.execute(select(grants).where(grants.c.hash == _hash(enrolment.grant)))).one_or_none()
    if grant is None:
        raise _refused("mã cấp phép không phải của máy chủ này / this registry did not issue that grant")
    if grant.used_by is None:
        await _use(connection, grant, enrolment, print_of_key, now)
        await _remember(connection, grant, enrolment, token, now)
    elif grant.used_key != print_of_key:
        raise _refused("mã cấp phép đã được thiết bị khác dùng / another unit has already used this grant")
    elif grant.used_by != enrolment.unit:
        raise _other_name(grant.used_by)
    return (await connection.execute(select(units).where(units.c.unit == enrolment.unit))).one()


async def _use(connection: AsyncConnection, grant: Row[Any], enrolment: Enrolment, print_of_key: str, now: datetime) -> None:
    if now >= datetime.fromisoformat(grant.expires):
        raise _refused("mã cấp phép đã quá 15 phút / the grant is older than 15 minutes")
    await _nobody_elses(connection, enrolment.unit, print_of_key)
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
    await connection.execute(
        update(grants).where(grants.c.hash == grant.hash).values(used_by=enrolment.unit, used_key=print_of_key, used=now.isoformat())
    )


async def _remember(connection: AsyncConnection, grant: Row[Any], enrolment: Enrolment, token: str, now: datetime) -> None:
    """Keep what the unit signed and where it stands from now on, beside where it stood before."""
    stands = {name: getattr(grant, name) for name in ("place", "place_name", "channels", "languages")}
    await connection.execute(
        insert(enrolments).values(unit=enrolment.unit, enrolled=now.isoformat(), key=enrolment.key, token=token, **stands)
    )


async def _nobody_elses(connection: AsyncConnection, unit: str, print_of_key: str) -> None:
    """A grant lets a unit in; it never lets one take another's name, and never gives one key two names."""
    same = (await connection.execute(select(units).where((units.c.unit == unit) | (units.c.thumbprint == print_of_key)))).all()
    if any(row.unit == unit and row.thumbprint != print_of_key for row in same):
        raise refuse(
            "unit",
            f"tên {unit} đã thuộc về thiết bị có khoá khác / the name {unit} belongs to a unit with another key",
            "chọn tên khác bằng --unit / choose another name with --unit",
        )
    for row in same:
        if row.unit != unit:
            raise _other_name(row.unit)


def _other_name(name: str) -> Refused:
    # Only the owner of the key gets here, so the name is told to nobody new.
    return refuse(
        "unit",
        f"khoá này đã đăng ký dưới tên {name} / this key is already enrolled under the name {name}",
        f"chạy lại với --unit {name} / repeat with --unit {name}",
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refused(what: str) -> Refused:
    return refuse("grant", what, "xin mã mới từ người quản lý / ask the registry for a new one")
