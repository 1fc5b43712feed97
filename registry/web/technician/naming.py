"""Who holds which duty, as a form asks for it and as it is kept: five duties, each with a person and perhaps a substitute."""

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Complaint, Refused
from evidence.duties import DUTY_WORDS, Duty
from registry.fleet.tables import holders, units

LONGEST = 100
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{5,22}")
FIELDS = ("name", "phone", "substitute", "substitute_phone")


def read_holders(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The duties that somebody was named for, as they are kept; ``Refused`` with everything that cannot be right."""
    named, wrong = list[dict[str, str]](), list[Complaint]()
    for duty in Duty:
        given = {field: _plain(form.get(f"{duty.value}-{field}", "")) for field in FIELDS}
        where = " / ".join(DUTY_WORDS[duty])
        wrong += [Complaint(where, what, "sửa lại / correct it") for what in _faults(given)]
        if given["name"]:
            named.append({"duty": duty.value, **given})
    if wrong:
        raise Refused(*wrong)
    return named


def filled_in(form: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What was typed into *form*, by duty, as it was typed."""
    return {duty.value: {field: form.get(f"{duty.value}-{field}", "") for field in FIELDS} for duty in Duty}


async def as_nearby(connection: AsyncConnection, place: str) -> dict[str, dict[str, str]]:
    """Whom the newest unit of the same place, or else of the area above it, has for each duty: most often the same people."""
    for area in (place, place.rpartition(".")[0]):
        inside = (units.c.place == area) | units.c.place.startswith(f"{area}.", autoescape=True)
        query = select(holders).join(units, units.c.unit == holders.c.unit).where(inside).order_by(units.c.enrolled)
        found = {row.duty: {field: getattr(row, field) for field in FIELDS} for row in await connection.execute(query)}
        if area and found:
            return found
    return {}


def _faults(given: Mapping[str, str]) -> list[str]:
    found = []
    if not given["name"] and any(given.values()):
        found.append("thiếu tên / the name is missing")
    if not given["substitute"] and given["substitute_phone"]:
        found.append("thiếu tên người thay / the substitute's name is missing")
    if any(len(given[field]) > LONGEST for field in ("name", "substitute")):
        found.append(f"tên dài quá {LONGEST} chữ / the name is longer than {LONGEST} letters")
    if any(given[field] and not _PHONE.fullmatch(given[field]) for field in ("phone", "substitute_phone")):
        found.append("số điện thoại không đúng / this is no telephone number")
    return found


def _plain(text: str) -> str:
    kept = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())
