"""``bangtin registry drill …``: plan exercises, and see what came of them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.asset import blob_path
from bundle.base import Line
from bundle.errors import Refused, refuse
from bundle.parse import parse
from bundle.schedule import occurrences
from registry.alerts.drills import keeping
from registry.alerts.drills.drilling import programmes
from registry.alerts.drills.keeping import Outcome, Planned, Run
from registry.alerts.drills.plan import LOOK_AHEAD, Drill, disturbs, exercise, too_often, with_speech
from registry.alerts.drills.reporting import HEAD, heading, lines_of, page_of
from registry.alerts.pending.releasing import road_for
from registry.alerts.speech import spoken
from registry.making.blobs import Blobs
from registry.making.commands import models_at
from registry.making.piper import PiperModel
from registry.making.spoken import Speaker
from registry.making.texts import check_strings
from registry.making.voice import EspeakVoice, PiperVoice, Voices
from registry.storage.storage import open_storage
from registry.trust.files import write
from registry.trust.site import Site
from registry.trust.urgent import as_json, read_data
from registry.web.config import wall_clock

T = TypeVar("T")
DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")
SITE = click.option("--site", required=True, type=click.Path(file_okay=False, path_type=Path), help="Cây phát hành · release tree")
OUTCOMES = {
    Outcome.HANDED: ("đang chờ ở cổng", "waits at the gate"),
    Outcome.PUT_OUT: ("đã phát", "put out"),
    Outcome.MISSED: ("BỎ LỠ", "MISSED"),
}


@click.group()
def drill() -> None:
    """Diễn tập theo lịch · exercises by a schedule."""


@drill.command()
@DATA
@SITE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Người lập, nghe lại lời phát · who plans it, and has listened to its speech")
@click.option("--voice", "models", multiple=True, type=click.Path(path_type=Path), callback=models_at, help="Giọng Piper · a voice")
@click.option("--piper", default="piper", show_default=True, help="Chương trình Piper · the program of Piper")
def add(data: Path, site: Path, file: Path, by: str, models: list[PiperModel], piper: str) -> None:
    """Lập lịch trong FILE (TOML, JSON); cùng mã thì thay · plan the drill in FILE; of the same id, instead of it."""
    who = _line(by)
    raw, tree = read_data(file), Site(site)
    check_strings(raw, file.name, file.read_text(encoding="utf-8"))
    found, now = parse(Drill, as_json(raw), file.name), wall_clock()
    times = occurrences(found.schedule, now, now + LOOK_AHEAD)
    if not times:
        raise refuse("schedule", "không có lần nào trong 400 ngày tới / no time within 400 days", "sửa lịch / correct it")
    if wrong := (*too_often(times), *disturbs(found, programmes(tree, found), times)):
        raise Refused(*wrong)
    voices = Voices([*(PiperVoice(each, piper) for each in models), EspeakVoice()])
    said, silent = spoken(exercise(found, times[0], who), Speaker(data, voices, Blobs(data)), who, where=file.name)
    ready = with_speech(found, said)
    asyncio.run(_in(data, lambda connection: keeping.add(connection, ready, who, now)))
    for remark in silent:
        click.secho(f"⚠ {remark}", fg="yellow", err=True)
    for text in said.versions:
        if text.clip:
            click.echo(f"nghe lại · listen: {data / blob_path(text.clip.sha256)}")
    click.secho(f"✓ {found.id}: lần tới · next {_local(times[0], found)}", fg="green")
    road = road_for(tree, exercise(found, times[0], who), found.places, tree.channels(), ())
    if road.why:
        click.secho(f"⚠ sẽ chờ hai người ký · it will wait for two persons: {road.why}", fg="yellow", err=True)


@drill.command(name="list")
@DATA
def list_(data: Path) -> None:
    """Lịch nào, lần tới khi nào · what is planned, and when it is next."""
    table = Table("Mã · id", "Nơi · places", "Lần tới · next", "Lần trước · last")
    for planned, runs in asyncio.run(_in(data, _everything)):
        last = next(iter(runs), None)
        table.add_row(planned.drill.id, ", ".join(planned.drill.places), _next(planned), _told(last, planned.drill) if last else "—")
    Console(width=None if Console().is_terminal else 160).print(table)


@drill.command()
@DATA
@click.argument("name")
def show(data: Path, name: str) -> None:
    """Lời của NAME, và những lần đã diễn tập · what NAME says, and what became of it."""
    planned, runs = _one(data, name)
    click.echo(f"{planned.drill.id} · {', '.join(planned.drill.places)} · {planned.added_by}\nLần tới · next: {_next(planned)}")
    for text in exercise(planned.drill, wall_clock(), planned.added_by).versions:
        click.echo(f"  [{text.language}] {text.headline}\n       {text.instruction}")
    for run in runs:
        click.echo(f"  {_told(run, planned.drill)}{'' if run.report is None else ' · ' + heading(run.report)}")


@drill.command()
@DATA
@click.argument("name")
def remove(data: Path, name: str) -> None:
    """Bỏ lịch NAME; kết quả cũ vẫn giữ · plan NAME no longer; what became of it stays."""
    asyncio.run(_in(data, lambda connection: keeping.remove(connection, name, wall_clock())))
    click.echo(f"✓ {name}")


@drill.command()
@DATA
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Ghi trang in được (HTML) · write a page to be printed")
def report(data: Path, name: str, out: Path | None) -> None:
    """Bảng kết quả lần diễn tập gần nhất của NAME · the table of the last exercise NAME: what came to each unit."""
    last = next((run for run in asyncio.run(_in(data, lambda each: keeping.runs_of(each, name))) if run.report), None)
    if last is None or last.report is None:
        raise refuse(name, "chưa có bảng nào / there is no table yet", "bangtin registry drill show")
    if out:
        write(out, page_of(last.report).encode())
        click.echo(str(out))
        return
    click.echo(f"{last.report['event']} · {last.at:%Y-%m-%d %H:%M} UTC\n{heading(last.report)}")
    table = Table(*(" · ".join(words) for words in HEAD))
    for line in lines_of(last.report):
        table.add_row(*line)
    Console(width=None if Console().is_terminal else 200).print(table)


async def _in(data: Path, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await work(connection)


async def _everything(connection: AsyncConnection) -> list[tuple[Planned, tuple[Run, ...]]]:
    return [(each, await keeping.runs_of(connection, each.drill.id)) for each in await keeping.planned(connection)]


def _one(data: Path, name: str) -> tuple[Planned, tuple[Run, ...]]:
    found = next((each for each in asyncio.run(_in(data, _everything)) if each[0].drill.id == name), None)
    if found is None:
        raise refuse(name, "không có lịch diễn tập này / no such drill", "bangtin registry drill list")
    return found


def _next(planned: Planned) -> str:
    now = wall_clock()
    times = occurrences(planned.drill.schedule, now, now + LOOK_AHEAD)
    return _local(times[0], planned.drill) if times else "không còn · none"


def _told(run: Run, of: Drill) -> str:
    vietnamese, english = OUTCOMES[run.outcome]
    return f"{_local(run.at, of)} {vietnamese} · {english}" + (f": {run.reason}" if run.reason else "")


def _local(at: datetime, of: Drill) -> str:
    return f"{at.astimezone(ZoneInfo(of.schedule.timezone)):%H:%M %d/%m/%Y}"


def _line(name: str) -> str:
    try:
        return TypeAdapter(Line).validate_python(" ".join(name.split()))
    except ValidationError as problem:
        raise refuse("--by", problem.errors()[0]["msg"], "ghi họ tên / write a name") from None
