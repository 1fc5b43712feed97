"""One batch of prepared cards: whole in a folder beside its place, then known to the registry, then in its place."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from registry.areas.places import every_area, places
from registry.audit.chain import Event, note
from registry.cards.claiming import row_of
from registry.cards.tables import cards
from registry.fleet.tables import units
from registry.storage.storage import Storage

Step = Callable[[], None]


@dataclass(frozen=True)
class OnCard:
    """What stands on every card of the batch besides its statement."""

    wifi: Wifi | None = None
    wiring: str = ""


@dataclass(frozen=True)
class HandedOut:
    """How many *cards* lie at their place, and *until* when a unit may start from them first. *again*: a batch that a cut had left."""

    cards: int
    until: datetime
    again: bool = False


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
    """*count* cards, each unlike the others and everything that the registry knows; it does not know them yet."""
    async with storage.reading() as connection:
        taken = await _names(connection)
    made: list[Made] = []
    while len(made) < count:
        one = make(plan, signing, now)
        if len(one.file.statement) > MAX_STATEMENT:
            raise refuse("--area", "quá nhiều thôn cho một thẻ / too many villages for one card", "chọn khu vực nhỏ hơn / a smaller area")
        if one.card.unit in taken:
            continue
        taken.add(one.card.unit)
        made.append(one)
        step()
    return tuple(made)


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Where it cannot be written, ``Refused`` names the place."""
    try:
        yield
    except OSError as problem:
        what = f"không ghi được / cannot be written: {problem.strerror}"
        do = "dọn chỗ, sửa quyền hoặc chọn nơi khác, rồi làm lại / make room, mend permissions or choose another place, then repeat"
        raise refuse(str(problem.filename or path), what, do) from None


def write(out: Path, made: tuple[Made, ...], on_card: OnCard, labels: Callable[[Path], object], step: Step) -> None:
    """All folders and the sheet beside *out*, surely on the disk when this returns."""
    beside = _beside(out)
    with writing_to(out):
        beside.mkdir(mode=0o700)
        for each in made:
            write_folder(beside / each.card.unit, each, boot_text(each, on_card.wifi, on_card.wiring))
            step()
        labels(beside / "labels.pdf")
        for path in (*beside.rglob("*"), beside):
            _sync(path)


async def know(storage: Storage, plan: Plan, made: tuple[Made, ...], now: datetime) -> None:
    """From now on the registry knows the batch: all of its cards, or none."""
    async with storage.writing() as connection:
        await connection.execute(insert(cards), [row_of(each.card, plan.batch) for each in made])
        await note(connection, Event.CARDS_PREPARED, now, detail=f"{plan.batch}: {len(made)} {plan.way.value}")


def hand_out(out: Path) -> None:
    """What lies beside *out* is at its place."""
    with writing_to(out):
        _beside(out).rename(out)
        _sync(out.parent)


async def take_up(storage: Storage, out: Path) -> HandedOut | None:
    """Finish what a cut left beside *out*, if it did. What the registry does not know lets nobody in: it is removed."""
    beside = _beside(out)
    if not beside.exists():
        return None
    with writing_to(out):
        names = {path.name for path in beside.iterdir() if path.is_dir()}
    async with storage.reading() as connection:
        rows = await connection.execute(select(cards.c.unit, cards.c.until))
        known = [datetime.fromisoformat(row.until) for row in rows if row.unit in names]
    if not known:
        with writing_to(out):
            shutil.rmtree(beside)
        return None
    hand_out(out)
    return HandedOut(len(known), min(known), again=True)


def _beside(out: Path) -> Path:
    return out.with_name(f".{out.name}.new")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _names(connection: AsyncConnection) -> set[str]:
    known = [*await connection.scalars(select(units.c.unit)), *await connection.scalars(select(cards.c.unit))]
    return set(known)
