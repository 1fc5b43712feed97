"""``bangtin registry …``: serve, let units in, and look at the fleet."""

import asyncio
import os
import re
from datetime import timedelta
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import update

from bundle.area import AreaCode, ancestors, covers
from bundle.base import Language
from bundle.errors import refuse
from bundle.parse import complaints
from registry.alerts.commands import source
from registry.alerts.drills.commands import drill
from registry.cards.commands import card
from registry.fleet.grants import LIFETIME, Destination, make_grant
from registry.fleet.letters import FromUnit
from registry.fleet.letters import import_stick as letters_from
from registry.fleet.own_keys import own_keys
from registry.fleet.states import Link
from registry.fleet.tables import units as units_table
from registry.fleet.views import Fleet, fleet
from registry.making.commands import models_at
from registry.making.piper import PiperModel
from registry.making.voice import EspeakVoice, PiperVoice, Voices
from registry.retention.rules import Keep
from registry.rollout.commands import rollout
from registry.simulate.commands import simulate
from registry.storage.commands import backup, database, restore
from registry.storage.storage import open_storage
from registry.trust.passphrase import Ask
from registry.web import words
from registry.web.config import Config, wall_clock
from registry.web.deciding import readmitted, replace
from registry.web.officer.commands import officer
from registry.web.releasing_keys import read_keys, releasing_keys
from registry.web.serve import listen, may_listen
from registry.web.serve import serve as serve_until_ended
from registry.web.technician.commands import area, audit_command, holder_command, technician
from registry.web.users.commands import user

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")


@click.group()
def registry() -> None:
    """Sổ trung tâm của tỉnh · the central registry."""


_PEOPLE = (technician, officer, user, holder_command, audit_command)
_UNITS = (area, card, rollout, replace, readmitted)
for _command in (*_PEOPLE, *_UNITS, source, drill, database, backup, restore, simulate):
    registry.add_command(_command)


@registry.command()
@click.option("--site", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục phát hành · release tree")
@DATA
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ · address to listen on")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Cổng, 0 = cổng trống · port, 0 = a free one")
@click.option("--port-file", type=click.Path(dir_okay=False, path_type=Path), help="Ghi cổng vào tệp · write the port here when ready")
@click.option("--url", help="Địa chỉ mà thiết bị dùng · base URL that units are told")
@click.option("--behind-proxy", is_flag=True, help="Có proxy TLS phía trước · a proxy with TLS stands in front")
@click.option(
    "--client-header",
    default="",
    metavar="X-Real-IP",
    help="Tiêu đề HTTP mà proxy ghi địa chỉ máy hỏi · the header in which the proxy itself writes who asks, for fair seats",
)
@click.option(
    "--keep-signed",
    default=1100,
    show_default=True,
    type=click.IntRange(0),
    help="Giữ bản báo cáo có chữ ký, ngày; 0 = mãi mãi · days to keep reports as units signed them, for the archive; 0 = for ever",
)
@click.option(
    "--keep-receipts",
    default=1100,
    show_default=True,
    type=click.IntRange(0),
    help="Giữ biên nhận của thiết bị, ngày; 0 = mãi mãi · days to keep the receipts of units; 0 = for ever",
)
@click.option(
    "--keep-past",
    default=1100,
    show_default=True,
    type=click.IntRange(0),
    help="Giữ trạng thái của thiết bị đã thay, số đếm của tin thiết yếu đã hết hiệu lực, ngày; 0 = mãi mãi"
    " · days to keep states of replaced units and counts of essentials out of force; 0 = for ever",
)
@click.option(
    "--voice",
    "models",
    multiple=True,
    type=click.Path(path_type=Path),
    callback=models_at,
    help="Giọng Piper đọc cảnh báo · a Piper voice that reads alerts, one for each language",
)
@click.option("--piper", default="piper", show_default=True, help="Chương trình Piper · the program of Piper")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Cổng số liệu cho Prometheus, chỉ trên máy này · port of the metrics, on this machine alone; default: none",
)
@releasing_keys
def serve(
    site: Path,
    data: Path,
    host: str,
    port: int,
    port_file: Path | None,
    url: str | None,
    behind_proxy: bool,
    client_header: str,
    keep_signed: int,
    keep_receipts: int,
    keep_past: int,
    models: list[PiperModel],
    piper: str,
    metrics_port: int | None,
    online_key: Path | None,
    feed_keys: tuple[str, ...],
    ask: Ask,
) -> None:
    """Chạy máy chủ đến khi Ctrl-C · serve until Ctrl-C."""
    may_listen(host, behind_proxy)
    keys = read_keys(online_key, feed_keys, ask)
    listening = listen(host, port)
    metrics = None if metrics_port is None else listen("127.0.0.1", metrics_port)

    def ready(base: str) -> None:
        if port_file:
            # Renamed into place: whoever waits for the file never reads half a number.
            temp = port_file.with_name(f".{port_file.name}.new")
            temp.write_text(str(listening.getsockname()[1]))
            temp.replace(port_file)
        click.echo(f"Sổ trung tâm đang chạy · the registry is up: {base}/")

    keep = Keep(*(timedelta(days=days) if days else None for days in (keep_signed, keep_receipts, keep_past)))
    voice = Voices([*(PiperVoice(each, piper) for each in models), EspeakVoice()])
    config = Config(data, site, url or "", keep=keep, client_header=client_header, online=keys.online, feed=keys.feed, voice=voice)
    asyncio.run(serve_until_ended(config, listening, ready, metrics))


@registry.command()
@DATA
@click.option("--place", required=True, help="Mã thôn · area code of the village, e.g. vn.20.06001.03")
@click.option("--place-name", required=True, help="Tên thôn · its name")
@click.option("--languages", default="vi", show_default=True, help="Theo thứ tự của thôn · in the village's order, e.g. vi,km")
@click.option("--channels", help="Mặc định: mọi cấp trên · default: all areas above the place")
@click.option("--link", type=click.Choice([link.value for link in Link]), default=Link.NETWORK.value, show_default=True)
@click.option("--url", required=True, help="Địa chỉ máy chủ · base URL of this registry")
@click.option("--root", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="root.json")
def grant(data: Path, place: str, place_name: str, languages: str, channels: str | None, link: str, url: str, root: Path) -> None:
    """In một mã cấp phép, dùng một lần, 15 phút · print a single-use grant."""
    destination = Destination(
        place=_area(place),
        place_name=place_name,
        channels=_channels(place, channels),
        languages=_each(languages, TypeAdapter(Language), "--languages"),
        root=root.read_text(encoding="utf-8"),
        link=Link(link),
    )
    if not re.fullmatch(r"https?://[^\s#]+", url):
        raise refuse("--url", f"không phải địa chỉ web / not a web address: {url}", "https://…")
    click.echo(asyncio.run(_grant(data, destination, url)))
    click.secho(f"Dùng một lần, trong {LIFETIME.seconds // 60} phút · single use, {LIFETIME.seconds // 60} minutes", err=True, dim=True)


@registry.command()
@DATA
def units(data: Path) -> None:
    """Bảng các thiết bị · the fleet as a table."""
    Console(width=None if os.isatty(1) else 160).print(_table(asyncio.run(_fleet(data))))


@registry.command()
@DATA
@click.argument("unit")
@click.option("--hours", required=True, type=click.FloatRange(0, 24 * 30), help="0 = kết thúc · 0 ends it")
def maintenance(data: Path, unit: str, hours: float) -> None:
    """Đánh dấu đang bảo trì · mark a unit as under maintenance."""
    if not asyncio.run(_maintain(data, unit, hours)):
        raise refuse("unit", f"không có thiết bị {unit} / there is no unit {unit}", "xem bangtin registry units / see the list")
    click.echo(f"{unit}: {hours:g} h")


@registry.command("import-stick")
@DATA
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keep", is_flag=True, help="Để lại thư đã nhận trên USB · leave filed reports on the stick")
def import_stick(data: Path, folder: Path, keep: bool) -> None:
    """Nhận nhật ký mà người mang USB đem về · file the reports on a courier's stick, each once, and write the answers onto it."""
    found = asyncio.run(_import(data, folder, keep))
    if not found:
        click.echo("USB không có nhật ký nào · there are no reports on this stick")
    for told in found:
        if told.enrolled:
            click.secho(f"{told.unit}: có trong sổ · is in the registry", fg="green")
        else:
            click.echo(f"{told.unit}: {told.new} mới · new, {told.known} đã có · known, {len(told.refused)} từ chối · refused")
        for why in told.refused[:10]:
            click.secho(f"  ✗ {why}", fg="yellow", err=True)
        if not told.answered:
            click.secho("  chưa ghi được trả lời lên USB · no answer could be written onto the stick", fg="yellow", err=True)


async def _import(data: Path, folder: Path, keep: bool) -> tuple[FromUnit, ...]:
    async with await open_storage(data) as storage:
        return await letters_from(folder, storage, own_keys(data), wall_clock(), keep)


async def _grant(data: Path, destination: Destination, url: str) -> str:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await make_grant(connection, destination, url, wall_clock())


async def _fleet(data: Path) -> Fleet:
    async with await open_storage(data) as storage, storage.reading() as connection:
        return await fleet(connection, wall_clock())


async def _maintain(data: Path, unit: str, hours: float) -> bool:
    until = (wall_clock() + timedelta(hours=hours)).isoformat()
    async with await open_storage(data) as storage, storage.writing() as connection:
        done = await connection.execute(update(units_table).where(units_table.c.unit == unit).values(maintenance_until=until))
        return bool(done.rowcount)


def _table(found: Fleet) -> Table:
    now = wall_clock()
    table = Table("Thiết bị", "Nơi đặt", "Trạng thái", "Liên lạc", "Phiên bản", "Đang phát", title=f"{found.total} thiết bị · units")
    for view in found.units:
        state = words.STATES[view.standing.state]
        table.add_row(
            view.unit + (" (mô phỏng · simulated)" if view.simulated else ""),
            view.place_name,
            f"{words.MARKS[view.standing.state]} {state[0]} · {state[1]}",
            " · ".join(words.age(view.known.contact, now)),
            ", ".join(f"{channel} v{version}" for channel, version in view.versions.items()) or "—",
            ", ".join(f"{on.item} ({words.RUNGS[on.rung][0]})" for on in view.on_air) or "—",
        )
    return table


def _area(place: str) -> str:
    return _each(place, TypeAdapter(AreaCode), "--place")[0]


def _channels(place: str, channels: str | None) -> tuple[str, ...]:
    chosen = _each(channels, TypeAdapter(AreaCode), "--channels") if channels else ancestors(place)
    foreign = [channel for channel in chosen if not covers(channel, place)]
    if foreign:
        raise refuse("--channels", f"không phải cấp trên của {place} / not above {place}: {', '.join(foreign)}", "sửa lại / correct it")
    return tuple(sorted(chosen, key=len))


def _each(listed: str, adapter: TypeAdapter[str], where: str) -> tuple[str, ...]:
    try:
        return tuple(adapter.validate_python(word.strip()) for word in listed.split(","))
    except ValidationError as problem:
        first = complaints(problem, where)[0]
        raise refuse(where, f"{listed}: {first.what}", "sửa lại / correct it") from None
