"""Accepting a unit: the one moment in which a technician's word becomes a grant, bound to that unit, its nonce and their name."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import ancestors
from bundle.errors import Refused, refuse
from registry.areas.places import Place, place_at
from registry.audit.chain import Event, note
from registry.fleet.grants import Bond, Destination, TurnedAway, bind_grant, may_be_let_in
from registry.fleet.tables import units
from registry.trust.site import Site
from registry.web.technician.looking import Sight
from registry.web.technician.people import Technician
from registry.web.technician.settling import may_replace
from registry.web.technician.waiting import change

PLACE = "nơi đặt / place"
NEW = "new"
"""What a form says of a unit that takes nobody's place."""


async def choose_place(connection: AsyncConnection, row: Row[Any], technician: Technician, code: str) -> Place:
    """The unit of *row* is to stand in *code*; ``TurnedAway`` when that is outside their area, ``Refused`` when it is no place."""
    if not technician.may_work_in(code):
        raise outside(code, technician)
    place = await place_at(connection, code)
    if place is None:
        raise refuse(PLACE, f"không có nơi {code} / there is no place {code}", "chọn trong danh sách / choose one of the list")
    await change(connection, row, place=place.area.code)
    return place


async def accept(
    connection: AsyncConnection, sight: Sight, technician: Technician, site: Site, form: Mapping[str, str], now: datetime
) -> None:
    """Let the unit fetch its grant. ``Refused`` when something is not chosen yet, ``TurnedAway`` when it is not theirs to say."""
    row, place = sight.row, sight.place
    if row is None or place is None:
        raise refuse(PLACE, "chưa chọn thôn / no village is chosen", "chọn thôn trước / choose it first")
    replaces = _replaced(row, form)
    await _all_inside(connection, row, place, replaces, technician)
    await may_be_let_in(connection, row.unit, row.thumbprint)
    if replaces is not None:
        await may_replace(connection, replaces, row.unit)
    destination = Destination(
        place=place.area.code,
        place_name=place.area.name,
        channels=_followed(place.area.code, site.channels()),
        languages=place.area.languages,
        root=site.root().decode(),
    )
    await bind_grant(connection, destination, Bond(row.thumbprint, row.nonce, technician.name, replaces), now)
    await change(connection, row, accepted=now.isoformat(), replaces=replaces)
    await note(connection, Event.ACCEPTED, now, technician=technician.name, unit=row.unit, detail=place.area.code)


def _followed(place: str, cells: Collection[str]) -> tuple[str, ...]:
    """The areas above *place* that publish something; before any of them does, all above it."""
    return tuple(area for area in ancestors(place) if area in cells) or ancestors(place)[:-1] or ancestors(place)


def _replaced(row: Row[Any], form: Mapping[str, str]) -> str | None:
    """Whom the unit replaces: what the technician says, who must agree with what the unit itself says."""
    said = form.get("replaces", NEW)
    if row.replaces is not None and said != row.replaces:
        what = f"thiết bị này được đặt để thay {row.replaces} / this unit was set up to replace {row.replaces}"
        raise refuse("thay thế / replacement", what, "xác nhận ô thay thế / confirm the replacement")
    return None if said == NEW else said


async def _all_inside(connection: AsyncConnection, row: Row[Any], place: Place, replaces: str | None, technician: Technician) -> None:
    """Where it will stand, where it stood before, and where the one stands whose place it takes."""
    known = select(units.c.place).where((units.c.thumbprint == row.thumbprint) | (units.c.unit == replaces))
    for code in (place.area.code, *await connection.scalars(known)):
        if not technician.may_work_in(code):
            raise outside(code, technician)


def outside(code: str, technician: Technician) -> Refused:
    """*code* is not in their area."""
    what = f"{code} ngoài địa bàn {technician.area} của bạn / is outside your area {technician.area}"
    return TurnedAway(Event.OUTSIDE_AREA, PLACE, what, "gọi sổ trung tâm / call the registry")
