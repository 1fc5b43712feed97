"""``bangtin registry user``: who signs in by name, with which roles; the first of them, and whoever lost everything, get in by this."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from bundle.base import Line
from bundle.errors import refuse
from registry.people import users
from registry.people.limits import Limits
from registry.people.roles import Granted, Role
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from registry.web.phones.links import checked, show_link
from registry.web.users.setting_up import SET_UP

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")
URL = click.option("--url", required=True, help="Địa chỉ máy chủ · base URL of this registry")
PNG = click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Ghi mã QR vào tệp · write the QR code to this file")
ROLES = click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    metavar="ROLE=AREA",
    help=f"Quyền và địa bàn, nhắc lại được · repeatable: {' | '.join(role.value for role in Role)}, e.g. watcher=vn.20",
)
T = TypeVar("T")


@click.group()
def user() -> None:
    """Người đăng nhập bằng tên và mật khẩu · people who sign in by name and password."""


@user.command(name="add")
@DATA
@click.argument("name")
@ROLES
@URL
@PNG
def user_add(data: Path, name: str, roles: tuple[str, ...], url: str, png: Path | None) -> None:
    """In đường dẫn dùng một lần để người đó tự đặt mật khẩu · print the single-use link by which they choose their own password."""
    named, granted = checked(name, TypeAdapter(Line), "NAME"), _granted(roles)
    _, secret = _written(data, lambda connection: users.invite(connection, named, granted, wall_clock(), Limits()))
    show_link(f"{url.rstrip('/')}{SET_UP}#{secret}", named, png)


@user.command(name="reset")
@DATA
@click.argument("name")
@URL
@PNG
def user_reset(data: Path, name: str, url: str, png: Path | None) -> None:
    """Đường dẫn mới; mật khẩu cũ và mọi phiên hết hiệu lực · a new link; the old password and every session are void."""
    called, secret = _written(data, lambda connection: users.reset(connection, name, wall_clock(), Limits()))
    show_link(f"{url.rstrip('/')}{SET_UP}#{secret}", called, png)


@user.command(name="roles")
@DATA
@click.argument("name")
@ROLES
def user_roles(data: Path, name: str, roles: tuple[str, ...]) -> None:
    """Từ nay chỉ có các quyền này · these roles from now on, and no others."""
    granted = _granted(roles)
    called = _written(data, lambda connection: users.grant(connection, name, granted, wall_clock()))
    click.secho(f"✓ {called}: {_told(granted)}", fg="green")


@user.command(name="list")
@DATA
def user_list(data: Path) -> None:
    """Ai, quyền gì ở đâu · who, with which roles where."""
    table = Table("Người dùng · user", "Quyền · roles", "Tài khoản · account")
    for row, granted in asyncio.run(_everybody(data)):
        table.add_row(row.name, _told(granted), _state(row))
    Console(width=None if os.isatty(1) else 160).print(table)


@user.command(name="revoke")
@DATA
@click.argument("name")
def user_revoke(data: Path, name: str) -> None:
    """Thu hồi: mật khẩu, quyền và mọi phiên hết hiệu lực · their password, roles and sessions are void."""
    called = _written(data, lambda connection: users.revoke(connection, name, wall_clock()))
    click.secho(f"✓ đã thu hồi · revoked: {called}", fg="green")


def _granted(roles: tuple[str, ...]) -> tuple[Granted, ...]:
    return tuple(_one(role) for role in roles)


def _one(told: str) -> Granted:
    role, _, area = told.partition("=")
    try:
        return Granted(checked(area, TypeAdapter(AreaCode), "--role"), Role(role))
    except ValueError:
        known = " | ".join(each.value for each in Role)
        raise refuse("--role", f"không có quyền {role} / there is no role {role}", f"{known}, e.g. watcher=vn.20") from None


def _told(granted: tuple[Granted, ...]) -> str:
    return " ".join(f"{each.role.value}={each.area}" for each in granted) or "—"


def _state(row: Row[tuple[str, ...]]) -> str:
    if row.revoked:
        return f"thu hồi · revoked {row.revoked[:10]}"
    return "đã lập · set up" if row.password else f"chờ mở đường dẫn · link until {row.link_until[:16]}Z"


def _written(data: Path, act: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    async def written() -> T:
        async with await open_storage(data) as storage, storage.writing() as connection:
            return await act(connection)

    return asyncio.run(written())


async def _everybody(data: Path) -> list[tuple[Row[tuple[str, ...]], tuple[Granted, ...]]]:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await users.everybody(connection)
