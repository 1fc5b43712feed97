"""``bangtin registry officer``: who raises, approves and stops alerts with a phone, and the key that this phone made."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row

from bundle.area import AreaCode
from bundle.base import Line
from bundle.errors import refuse
from registry.storage.storage import open_storage
from registry.trust.keys import Holder, save_public
from registry.web.config import wall_clock
from registry.web.officer import people
from registry.web.officer.keys import figures, holder_of
from registry.web.phones.binding import by_name, everybody
from registry.web.phones.links import bound_until, checked, show_link
from registry.web.rules import Rules

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")


@click.group()
def officer() -> None:
    """Cán bộ ký tin khẩn cấp bằng điện thoại · officers, who sign alerts with a phone."""


@officer.command(name="add")
@DATA
@click.argument("name")
@click.option("--channel", "channels", required=True, multiple=True, help="Kênh, nhắc lại được · channel, repeatable, e.g. vn.20.06001")
@click.option("--url", required=True, help="Địa chỉ máy chủ · base URL of this registry")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Ghi mã QR vào tệp · write the QR code to this file")
def officer_add(data: Path, name: str, channels: tuple[str, ...], url: str, png: Path | None) -> None:
    """In một đường dẫn dùng một lần để gắn điện thoại · print the single-use link that binds their phone; again for another phone."""
    named = checked(name, TypeAdapter(Line), "NAME")
    codes = tuple(dict.fromkeys(checked(channel, TypeAdapter(AreaCode), "--channel") for channel in channels))
    show_link(f"{url.rstrip('/')}{people.OFFICERS.invites}#{asyncio.run(_add(data, named, codes))}", named, png)


@officer.command(name="list")
@DATA
def officer_list(data: Path) -> None:
    """Ai, kênh nào, đã gắn điện thoại và có khóa chưa · who, for which channels, and whether a phone is bound and has made a key."""
    table = Table("Cán bộ · officer", "Kênh · channels", "Điện thoại · phone", "Khóa · key")
    for row in asyncio.run(_everybody(data)):
        phone = f"thu hồi · revoked {row.revoked[:10]}" if row.revoked else bound_until(row, Rules())
        key = people.key_of(row)
        table.add_row(row.name, " ".join(row.channels), phone, figures(key) if key else "—")
    Console(width=None if os.isatty(1) else 160).print(table)


@officer.command(name="revoke")
@DATA
@click.argument("name")
def officer_revoke(data: Path, name: str) -> None:
    """Thu hồi điện thoại; quyền ký thì thu hồi riêng · their phone is void; take their seats away with `publish person`."""
    click.secho(f"✓ đã thu hồi · revoked: {asyncio.run(_revoke(data, name))}", fg="green")
    click.secho("Quyền ký: · seats: bangtin publish person revoke NAME --role alerts | stop", err=True, dim=True)


@officer.command(name="key")
@DATA
@click.argument("name")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Ghi nửa công khai vào · FILE.public.json")
def officer_key(data: Path, name: str, out: Path) -> None:
    """Lấy nửa công khai của khóa để cấp quyền · hand out the public half, for `publish person add`; compare the figures aloud first."""
    holder, told = asyncio.run(_key(data, name))
    save_public(out, holder)
    click.echo(out)
    click.secho(f"{told}  ← phải đúng với điện thoại của {holder.person} · must be what their phone shows", bold=True, err=True)


async def _add(data: Path, name: str, channels: tuple[str, ...]) -> str:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await people.add(connection, name, channels, wall_clock(), Rules())


async def _everybody(data: Path) -> list[Row[Any]]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await everybody(connection, people.OFFICERS)


async def _revoke(data: Path, name: str) -> str:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await people.revoke(connection, name, wall_clock())


async def _key(data: Path, name: str) -> tuple[Holder, str]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        row = await by_name(connection, people.OFFICERS, name)
    key = people.key_of(row) if row is not None else None
    if row is None or key is None:
        what = "không có cán bộ này, hoặc điện thoại chưa tạo khóa / no such officer, or their phone has not made a key"
        raise refuse(name, what, people.OFFICERS.listed)
    return holder_of(row.name, key), figures(key)
