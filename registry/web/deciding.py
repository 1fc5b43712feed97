"""``bangtin registry replace`` and ``readmitted``: a person's word on units that only say something of themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.records import FaultCode
from registry.fleet.readmitting import seen
from registry.fleet.replacing import confirm, decline, undecided
from registry.fleet.states import OpenFault
from registry.storage.storage import open_storage
from registry.web.config import wall_clock

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")


@click.command()
@DATA
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--decline", "not_this", metavar="NEW", help="NEW không thay cho ai · it takes nobody's place, whatever it says")
def replace(data: Path, old: str | None, new: str | None, not_this: str | None) -> None:
    """NEW thay cho OLD: khóa cũ hết hiệu lực, lịch sử ở lại với nơi này · NEW takes the place of OLD, whose key is void from now on.

    Không kèm tên: những thiết bị xin thay, chưa ai xác nhận. Cả hai phải đã đăng ký; cũng là cách loại một thiết bị lạ.
    Without names: the units that say so and wait for a word. Both must be enrolled; it also puts out a unit that is not yours.
    """
    if (old is None) is not (new is None) or (not_this is not None and old is not None):
        raise click.UsageError("OLD NEW, hoặc / or --decline NEW")
    if old is not None and new is not None:
        asyncio.run(_changed(data, lambda connection: confirm(connection, old, new, wall_clock())))
        click.secho(f"✓ {new} thay cho · in the place of {old}", fg="green", bold=True)
    elif not_this is not None:
        asyncio.run(_changed(data, lambda connection: decline(connection, not_this, wall_clock())))
        click.secho(f"✓ {not_this} không thay cho ai · takes nobody's place", fg="green")
    else:
        _list(data, FaultCode.REPLACEMENT_PENDING)


@click.command()
@DATA
@click.argument("unit", required=False)
def readmitted(data: Path, unit: str | None) -> None:
    """UNIT được nhận lại là đúng, đã xem xong · somebody looked: UNIT is rightly back. Without a name: those that nobody looked at."""
    if unit is None:
        _list(data, FaultCode.READMITTED)
        return
    asyncio.run(_changed(data, lambda connection: seen(connection, unit, wall_clock())))
    click.secho(f"✓ {unit}", fg="green")


def _list(data: Path, code: FaultCode) -> None:
    found = [(unit, fault.detail) for unit, faults in asyncio.run(_undecided(data)).items() for fault in faults if fault.code is code]
    for unit, told in found:
        click.echo(f"{unit}: {told}")
    if not found:
        click.echo("không có · none")


async def _undecided(data: Path) -> dict[str, list[OpenFault]]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await undecided(connection)


async def _changed(data: Path, change: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    async with await open_storage(data) as storage, storage.writing() as connection:
        await change(connection)
