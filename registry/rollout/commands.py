"""``bangtin registry rollout …``: how far a release is, stop it, let it go on, and hand its permits to a courier."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from evidence.records import Upgrade
from registry.fleet.own_keys import own_keys
from registry.fleet.tables import units
from registry.rollout.counting import FAILED
from registry.rollout.judging import Going, Rollout
from registry.rollout.keeping import held, keep
from registry.rollout.permits_on_stick import write_permits
from registry.rollout.tables import rollouts, upgrades
from registry.storage.storage import open_storage
from registry.web.config import Config, wall_clock

T = TypeVar("T")
DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")
CHANNEL = click.option("--channel", required=True, help="Mã kênh · channel code, e.g. vn.20")
GOING = {
    Going.RUNNING: ("đang phát hành", "spreading"),
    Going.HALTED: ("ĐÃ DỪNG", "HALTED"),
    Going.DONE: ("đã xong", "done"),
    Going.OVERTAKEN: ("có bản mới hơn", "overtaken"),
}
WATCHED = (Going.RUNNING, Going.HALTED)
"""While it stands so, a unit that is silent says something of the release."""
OUTCOMES = {
    Upgrade.GOOD: ("tốt", "good"),
    Upgrade.BEGUN: ("đang thử", "on trial"),
    Upgrade.REVERTED: ("đã quay về", "went back"),
    Upgrade.REFUSED: ("không cài được", "could not install it"),
}


@click.group()
def rollout() -> None:
    """Phát hành phần mềm theo đợt · the staged roll-out of the units' software."""


@rollout.command()
@DATA
def show(data: Path) -> None:
    """Mỗi bản tới đâu, thiết bị nào lỗi · how far each release is, and which units went back."""
    click.echo("\n".join(asyncio.run(_in(data, _lines))) or "Chưa có bản nào · there is no release yet")


@rollout.command()
@DATA
@CHANNEL
@click.option("--reason", required=True, help="Lý do · why")
def halt(data: Path, channel: str, reason: str) -> None:
    """Dừng: không thiết bị nào cài thêm · stop: no further unit takes it."""
    click.echo(asyncio.run(_in(data, lambda connection: _change(connection, channel, Going.HALTED, reason))))


@rollout.command()
@DATA
@CHANNEL
def resume(data: Path, channel: str) -> None:
    """Tiếp tục, sau khi đã xem những thiết bị lỗi · go on, after somebody has looked at the units that failed."""
    click.echo(asyncio.run(_in(data, lambda connection: _change(connection, channel, Going.RUNNING, None))))


@rollout.command()
@DATA
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def stick(data: Path, folder: Path) -> None:
    """Ghi giấy phép lên USB của người mang tin · write the permits onto a courier's mounted stick FOLDER."""
    signing = own_keys(data).signing
    channels = asyncio.run(_in(data, lambda connection: write_permits(connection, folder, signing)))
    click.echo(f"{len(channels)} giấy phép · permits: {', '.join(channels) or '—'}")


async def _in(data: Path, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    async with await open_storage(data) as storage, storage.writing() as connection:
        return await work(connection)


async def _lines(connection: AsyncConnection) -> list[str]:
    lines = []
    for row in await connection.execute(select(rollouts).order_by(rollouts.c.channel, rollouts.c.n)):
        vietnamese, english = GOING[Going(row.going)]
        lines.append(f"{row.channel} {row.number}: {vietnamese} · {english}, {row.percent} % (đợt/stage {row.stage + 1}, n {row.n})")
        lines += [f"  {row.reason}"] if row.reason else []
        mine = (upgrades.c.channel == row.channel) & (upgrades.c.number == row.number)
        told = list(await connection.execute(select(upgrades).where(mine).order_by(upgrades.c.unit)))
        for outcome, (vi, en) in OUTCOMES.items():
            if count := sum(each.outcome == outcome for each in told):
                lines.append(f"  {count} {vi} · {en}")
        lines += [f"  ✗ {each.unit}: {each.reason or ''}" for each in told if Upgrade(each.outcome) in FAILED]
        if Going(row.going) in WATCHED:
            quiet = select(units.c.unit, units.c.contact).where(units.c.unit.in_(row.silent or ())).order_by(units.c.unit)
            lines += [f"  ? {each.unit}: im lặng từ / silent since {each.contact[:16]} UTC" for each in await connection.execute(quiet)]
    return lines


async def _change(connection: AsyncConnection, channel: str, going: Going, reason: str | None) -> str:
    found = [each for each, _ in (await held(connection, channel)).values() if each.going is not Going.OVERTAKEN]
    if len(found) != 1:
        raise refuse("--channel", f"{channel}: không có bản nào đang phát hành / no release is out", "bangtin registry rollout show")
    now, rollout_ = wall_clock(), found[0]
    failed = await connection.execute(
        select(upgrades.c.unit).where(
            upgrades.c.channel == channel, upgrades.c.number == rollout_.number, upgrades.c.outcome.in_([each.value for each in FAILED])
        )
    )
    after = replace(rollout_, going=going, reason=reason)
    if going is Going.RUNNING:
        # Who goes on has looked at those that failed, and at those that are silent: only who is heard from now on counts.
        after = replace(after, excused=len(list(failed)), watched=now)
    # The running registry works out the percent of the stage when it looks next; until then nothing more is permitted than before.
    await keep(connection, after, 0, _until(now))
    return _told(after)


def _until(now: datetime) -> datetime:
    life: timedelta = Config.permit_life
    return now + life


def _told(rollout_: Rollout) -> str:
    vietnamese, english = GOING[rollout_.going]
    return f"{rollout_.channel} {rollout_.number}: {vietnamese} · {english}"
