"""``bangtin registry source …``: who may send alerts to this registry, and the token that each shows at the door."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bundle.errors import refuse
from registry.alerts.listed import NAME
from registry.alerts.listing import NewSource, add_source, renew_token
from registry.alerts.sources import read_sources
from registry.audit.chain import Event, note
from registry.storage.storage import open_storage
from registry.web.config import wall_clock

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")


@click.group()
def source() -> None:
    """Nguồn được gửi cảnh báo tới POST /v1/alerts · who may send alerts to POST /v1/alerts."""


@source.command()
@DATA
@click.argument("name")
@click.option("--called", required=True, help="Tên gọi · what people call it")
@click.option("--issuing-body", help="Cơ quan ban hành; mặc định: tên gọi · the issuing body; default: its name")
@click.option("--sender", "senders", required=True, multiple=True, help="Phần tử sender của CAP · its <sender> in CAP")
@click.option("--area", "areas", required=True, multiple=True, help="Địa bàn được nói tới · an area that it may speak about, e.g. vn.20")
@click.option("--geocode", "geocodes", required=True, multiple=True, metavar="KIND=PREFIX", help="Loại mã · e.g. xa=vn.20.")
@click.option("--language", "languages", multiple=True, default=("vi=vi",), show_default=True, metavar="TAG=OURS", help="Tiếng · language")
@click.option("--hold-off", default=60.0, show_default=True, type=click.FloatRange(0, 3600), help="Giây chờ người dừng · seconds it waits")
@click.option("--per-minute", default=6, show_default=True, type=click.IntRange(1, 600), help="Tin mỗi phút · messages a minute")
def add(
    data: Path,
    name: str,
    called: str,
    issuing_body: str | None,
    senders: tuple[str, ...],
    areas: tuple[str, ...],
    geocodes: tuple[str, ...],
    languages: tuple[str, ...],
    hold_off: float,
    per_minute: int,
) -> None:
    """Thêm nguồn NAME và in mã của nó, một lần · list the source NAME and print its token, once."""
    new = NewSource(
        name,
        called,
        issuing_body or called,
        senders,
        areas,
        dict(_pair(each, "--geocode") for each in geocodes),
        dict(_pair(each, "--language") for each in languages),
        hold_off,
        per_minute,
    )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _hand_over(data, add_source(data, new), name)
    click.secho(f"Mức, câu phát sẵn, bảng mã: sửa trong · levels, phrases, tables of codes: {data / NAME}", err=True, dim=True)


@source.command()
@DATA
@click.argument("name")
def token(data: Path, name: str) -> None:
    """Đổi mã của NAME: mã cũ hết hiệu lực ngay · another token; the old one opens nothing from now on."""
    _hand_over(data, renew_token(data, name), name)


@source.command(name="list")
@DATA
def list_(data: Path) -> None:
    """Nguồn nào, địa bàn nào, chờ bao lâu · which sources, for where, with which hold-off."""
    table = Table("Nguồn · source", "Tên · name", "Địa bàn · areas", "Chờ · hold-off", "Tin/phút · a minute", "Mã · token")
    for each in read_sources(data / NAME) if (data / NAME).exists() else ():
        has = "có · yes" if each.token else "không · none"
        table.add_row(each.id, each.name, ", ".join(each.areas), f"{each.hold_off_seconds:g} s", str(each.per_minute), has)
    Console(width=None if Console().is_terminal else 160).print(table)


def _hand_over(data: Path, secret: str, name: str) -> None:
    asyncio.run(_note(data, name))
    click.echo(secret)
    click.secho(f"Chỉ in lần này, chỉ đưa cho {name} · printed only now, for {name} alone", err=True, dim=True)


async def _note(data: Path, name: str) -> None:
    async with await open_storage(data) as storage, storage.writing() as connection:
        await note(connection, Event.SOURCE_LISTED, wall_clock(), detail=name)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, is_pair, value = text.partition("=")
    if not name or not is_pair:
        raise refuse(option, f"{text!r} không đúng dạng / not A=B", "xa=vn.20.")
    return name, value
