"""``bangtin registry card …``: what became of the prepared cards, and what a person may decide about one."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.cards.overview import CardState, CardView, admit, overview, revoke, revoke_batch, settle
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from registry.web.words import CARDS

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")
STYLES: dict[CardState, str] = {
    CardState.DOUBTED: "bold red",
    CardState.LATE: "red",
    CardState.OVERDUE: "yellow",
    CardState.PREPARED: "",
    CardState.USED: "green",
    CardState.REVOKED: "dim",
}


@click.group()
def card() -> None:
    """Thẻ chuẩn bị sẵn · prepared cards."""


@card.command(name="list")
@DATA
def listed(data: Path) -> None:
    """Thẻ nào đã dùng, quá hạn, bị nghi sao chép · which cards were used, are overdue, or may be copies."""
    Console(width=None if os.isatty(1) else 160).print(_table(asyncio.run(_overview(data))))


@card.command(name="settle")
@DATA
@click.argument("unit")
def settle_(data: Path, unit: str) -> None:
    """Đã tìm ra máy đúng: hết nghi ngờ UNIT · the right machine was found: UNIT is doubted no longer."""
    asyncio.run(_changed(data, lambda connection: settle(connection, unit, wall_clock())))
    click.secho(f"✓ {unit}", fg="green")


@card.command(name="admit")
@DATA
@click.argument("unit")
def admit_(data: Path, unit: str) -> None:
    """Nhận UNIT dù báo về trễ · let UNIT in although it comes late."""
    asyncio.run(_changed(data, lambda connection: admit(connection, unit, wall_clock())))
    click.secho(f"✓ {unit}", fg="green")


@card.command(name="revoke")
@DATA
@click.argument("unit", required=False)
@click.option("--batch", help="Cả lô · every unused card of a batch")
def revoke_(data: Path, unit: str | None, batch: str | None) -> None:
    """Thẻ của UNIT, hay cả lô, bị mất: không ai dùng được nữa · lost cards: they let nobody in. A unit that is enrolled stays so."""
    if (unit is None) is (batch is None):
        raise click.UsageError("UNIT, hoặc / or --batch")
    if unit is not None:
        asyncio.run(_changed(data, lambda connection: revoke(connection, unit, wall_clock())))
    if batch is not None:
        asyncio.run(_changed(data, lambda connection: revoke_batch(connection, batch, wall_clock())))
    click.secho(f"✓ {unit or batch}", fg="green")


async def _overview(data: Path) -> tuple[CardView, ...]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await overview(connection, wall_clock())


async def _changed(data: Path, change: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    async with await open_storage(data) as storage, storage.writing() as connection:
        await change(connection)


def _table(views: tuple[CardView, ...]) -> Table:
    counts = Counter(view.state for view in views)
    title = ", ".join(f"{counts[state]} {words[0]} · {words[1]}" for state, words in CARDS.items() if counts[state])
    table = Table("Thiết bị", "Lô", "Loại", "Trạng thái", "Dùng trước ngày", "Nơi đặt", "", title=title or "0 thẻ · cards")
    for view in views:
        state = " · ".join(CARDS[view.state])
        table.add_row(view.unit, view.batch, view.way, state, f"{view.until:%d/%m/%Y}", view.place, view.detail, style=STYLES[view.state])
    return table
