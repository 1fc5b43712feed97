"""``bangtin registry technician | area | audit``: who may let units in, where units may stand, and what became of it."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row, select

from bundle.area import AreaCode, covers
from bundle.base import Line
from bundle.errors import refuse
from evidence.duties import Duty, words_of
from registry.areas import places as areas
from registry.audit import chain as audit
from registry.audit.chain import Event, note
from registry.fleet.duties import name_one
from registry.fleet.tables import units
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from registry.web.phones.binding import everybody
from registry.web.phones.links import bound_until, checked, show_link
from registry.web.rules import Rules
from registry.web.technician import people
from registry.web.technician.naming import read_holders

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")


@click.group()
def technician() -> None:
    """Kỹ thuật viên được nhận thiết bị bằng điện thoại · technicians, who let units in with a phone."""


@technician.command(name="add")
@DATA
@click.argument("name")
@click.option("--area", required=True, help="Địa bàn · the area in which they work, e.g. vn.20.06001")
@click.option("--url", required=True, help="Địa chỉ máy chủ · base URL of this registry")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Ghi mã QR vào tệp · write the QR code to this file")
def technician_add(data: Path, name: str, area: str, url: str, png: Path | None) -> None:
    """In một đường dẫn dùng một lần để gắn điện thoại · print the single-use link that binds their phone; again for another phone."""
    named, code = checked(name, TypeAdapter(Line), "NAME"), checked(area, TypeAdapter(AreaCode), "--area")
    secret, some = asyncio.run(_add(data, named, code))
    if not some:
        click.secho(f"⚠ chưa có nơi nào trong {code} · no place lies in it yet: bangtin registry area import", fg="yellow", err=True)
    show_link(f"{url.rstrip('/')}{people.TECHNICIANS.invites}#{secret}", named, png)


@technician.command(name="list")
@DATA
def technician_list(data: Path) -> None:
    """Ai, địa bàn nào, đã gắn điện thoại chưa · who, where, and whether a phone is bound."""
    table = Table("Kỹ thuật viên · technician", "Địa bàn · area", "Điện thoại · phone")
    for row in asyncio.run(_everybody(data)):
        phone = f"thu hồi · revoked {row.revoked[:10]}" if row.revoked else bound_until(row, Rules())
        table.add_row(row.name, row.area, phone)
    Console(width=None if os.isatty(1) else 160).print(table)


@technician.command(name="revoke")
@DATA
@click.argument("name")
def technician_revoke(data: Path, name: str) -> None:
    """Thu hồi: điện thoại và mọi mã chưa dùng hết hiệu lực · their phone and whatever they accepted and no unit has fetched is void."""
    click.secho(f"✓ đã thu hồi · revoked: {asyncio.run(_revoke(data, name))}", fg="green")


@click.group()
def area() -> None:
    """Nơi thiết bị có thể đứng · where units may stand."""


@area.command(name="import")
@DATA
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def area_import(data: Path, file: Path) -> None:
    """Nhập bảng CSV: code,name,languages,lat,lon · import a table; a code that is known is replaced, none is removed."""
    try:
        found = areas.read_areas(file.read_text(encoding="utf-8"), file.name)
    except UnicodeDecodeError:
        raise refuse(file.name, "không phải UTF-8 / not UTF-8", "lưu lại dạng CSV UTF-8 / save it as CSV UTF-8") from None
    places = asyncio.run(_import(data, found))
    click.secho(f"✓ {len(found)} khu vực · areas; {places} nơi đặt thiết bị · places for units", fg="green")


@area.command(name="list")
@DATA
@click.option("--within", default="", help="Chỉ trong khu vực này · only inside this area")
def area_list(data: Path, within: str) -> None:
    """Bảng các khu vực · the areas as a table."""
    table = Table("Mã · code", "Tên · name", "Tiếng · languages", "Toạ độ · coordinates")
    for code, found in asyncio.run(_areas(data)).items():
        if not within or covers(within, code):
            where = "—" if found.latitude is None else f"{found.latitude:.5f}, {found.longitude or 0:.5f}"
            table.add_row(code, found.name, ", ".join(found.languages), where)
    Console(width=None if os.isatty(1) else 160).print(table)


@click.command(name="holder")
@DATA
@click.argument("unit")
@click.option("--duty", "duties", multiple=True, required=True, type=click.Choice([duty.value for duty in Duty]), help="Việc · duty")
@click.option("--name", required=True, help="Họ tên · who holds it from now on")
@click.option("--phone", help="Điện thoại · telephone number")
def holder_command(data: Path, unit: str, duties: tuple[str, ...], name: str, phone: str | None) -> None:
    """Ghi người phụ trách của UNIT · write down who holds which duty of UNIT."""
    given = {f"{duty}-{field}": value for duty in duties for field, value in (("name", name), ("phone", phone or ""))}
    named = read_holders(given)
    if not asyncio.run(_hold(data, unit, [(Duty(each["duty"]), each["name"]) for each in named], phone)):
        raise refuse("unit", f"không có thiết bị {unit} / there is no unit {unit}", "xem bangtin registry units / see the list")
    click.secho(f"✓ {unit}: {name}: {words_of([Duty(duty) for duty in duties])[0]}", fg="green")


@click.command(name="audit")
@DATA
@click.option("--unit", default="", help="Chỉ thiết bị này · only this unit")
@click.pass_context
def audit_command(context: click.Context, data: Path, unit: str) -> None:
    """Ai đã nhận thiết bị nào, ai bị từ chối · who let in what, who was turned away; exit code 1 when somebody changed a row."""
    found = asyncio.run(_audit(data))
    for row in found:
        if not unit or row.unit == unit:
            click.echo(
                f"{row.seq:>6} {row.at[:19]}Z {row.event:<18} {row.technician or '—'} · {row.unit or '—'} · {row.block} {row.detail}"
            )
    broken = audit.broken_at(found)
    if broken is not None:
        click.secho(f"✗ chuỗi đứt ở dòng {broken}: đã bị sửa · the chain breaks at row {broken}: it was changed", fg="red", bold=True)
        context.exit(1)
    click.secho(f"✓ {len(found)} dòng, chuỗi nguyên vẹn · rows, the chain is whole", fg="green")


async def _add(data: Path, name: str, code: str) -> tuple[str, bool]:
    async with await open_storage(data) as storage, storage.writing() as connection:
        some = bool(areas.places(await areas.every_area(connection), code))
        return await people.add(connection, name, code, wall_clock(), Rules()), some


async def _hold(data: Path, unit: str, named: list[tuple[Duty, str]], phone: str | None) -> bool:
    async with await open_storage(data) as storage, storage.writing() as connection:
        if await connection.scalar(select(units.c.unit).where(units.c.unit == unit)) is None:
            return False
        for duty, name in named:
            await name_one(connection, unit, duty, name, phone)
        told = ", ".join(f"{duty.value}: {name}" for duty, name in named)
        await note(connection, Event.HOLDERS_NAMED, wall_clock(), unit=unit, detail=told)
        return True


async def _everybody(data: Path) -> list[Row[Any]]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await everybody(connection, people.TECHNICIANS)


async def _revoke(data: Path, name: str) -> str:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await people.revoke(connection, name, wall_clock())


async def _import(data: Path, found: tuple[areas.Area, ...]) -> int:
    async with await open_storage(data) as storage, storage.writing() as connection:
        await areas.import_areas(connection, found)
        await note(connection, Event.AREAS_IMPORTED, wall_clock(), detail=str(len(found)))
        return len(areas.places(await areas.every_area(connection)))


async def _areas(data: Path) -> dict[str, areas.Area]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await areas.every_area(connection)


async def _audit(data: Path) -> list[Row[Any]]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await audit.rows(connection)
