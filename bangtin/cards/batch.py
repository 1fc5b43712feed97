"""One batch of prepared cards: known to the registry first, then whole in its folder, with a sheet of labels."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bangtin.cards.folders import boot_text, write_folder
from bangtin.cards.making import Made, Plan, make, village_of
from bundle.area import covers
from bundle.errors import refuse
from evidence.card import MAX_STATEMENT, MOST_VILLAGES, Village
from provisioning.wifi import Wifi
from registry.cards.claiming import row_of
from registry.cards.tables import cards
from registry.web.schema import units
from registry.web.storage import Storage
from registry.web.technician.areas import every_area, places
from registry.web.technician.audit import Event, note

Step = Callable[[], None]


@dataclass(frozen=True)
class OnCard:
    """What stands on every card of the batch besides its statement."""

    wifi: Wifi | None = None
    wiring: str = ""


async def villages_in(storage: Storage, areas: tuple[str, ...]) -> tuple[Village, ...]:
    """The places in *areas* that the registry knows; ``Refused`` when there are none, or more than a card can name."""
    async with storage.reading() as connection:
        known = await every_area(connection)
    found = tuple(village_of(place) for place in places(known) if any(covers(area, place.area.code) for area in areas))
    if not found:
        raise refuse("--area", f"không có thôn nào trong / no village in: {', '.join(areas)}", "bangtin registry area import")
    if len(found) > MOST_VILLAGES:
        what = f"{len(found)} thôn, một thẻ chứa {MOST_VILLAGES} / {len(found)} villages, a card names at most {MOST_VILLAGES}"
        raise refuse("--area", what, "chọn khu vực nhỏ hơn / choose a smaller area")
    return found


async def prepare(storage: Storage, plan: Plan, signing: bytes, count: int, now: datetime, step: Step) -> tuple[Made, ...]:
    """*count* cards, each unlike the others and everything that the registry knows, which knows them when this returns."""
    async with storage.writing() as connection:
        taken = await _names(connection)
        made: list[Made] = []
        while len(made) < count:
            one = make(plan, signing, now)
            if len(one.file.statement) > MAX_STATEMENT:
                raise refuse(
                    "--area", "quá nhiều thôn cho một thẻ / too many villages for one card", "chọn khu vực nhỏ hơn / a smaller area"
                )
            if one.card.unit in taken:
                continue
            taken.add(one.card.unit)
            made.append(one)
            step()
        await connection.execute(insert(cards), [row_of(each.card, plan.batch) for each in made])
        await note(connection, Event.CARDS_PREPARED, now, detail=f"{plan.batch}: {count} {plan.way.value}")
    return tuple(made)


def write(out: Path, made: tuple[Made, ...], on_card: OnCard, labels: Callable[[Path], object], step: Step) -> None:
    """All folders and the sheet at *out*, whole or not at all. Raises ``OSError``."""
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}.new")
    fresh.mkdir(mode=0o700, parents=True)
    for each in made:
        write_folder(fresh / each.card.unit, each, boot_text(each, on_card.wifi, on_card.wiring))
        step()
    labels(fresh / "labels.pdf")
    fresh.rename(out)


async def _names(connection: AsyncConnection) -> set[str]:
    known = [*await connection.scalars(select(units.c.unit)), *await connection.scalars(select(cards.c.unit))]
    return set(known)
