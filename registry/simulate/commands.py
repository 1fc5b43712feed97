"""``bangtin registry simulate``: a fleet of simulated units that reports to a running registry."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import click

from registry.simulate.crowd import Crowd
from registry.simulate.enrolling import found, let_in
from registry.simulate.kinds import Kind, kinds
from registry.simulate.tally import Tally
from registry.simulate.unit import SIMULATED, SimulatedUnit
from registry.storage.storage import open_storage
from registry.web.config import wall_clock


@click.command()
@click.option("--units", required=True, type=click.IntRange(1), help="Bao nhiêu thiết bị · how many units")
@click.option("--url", required=True, help="Địa chỉ sổ trung tâm đang chạy · base URL of the running registry")
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="Dữ liệu của nó · its data folder"
)
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1), help="Chạy bao lâu · how long")
@click.option(
    "--faster",
    default=15.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Thời gian nhanh gấp · how much faster time passes",
)
@click.option("--connections", default=100, show_default=True, type=click.IntRange(1), help="Kết nối cùng lúc · connections at once")
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Cùng số, cùng đội · same seed, same fleet",
)
def simulate(units: int, url: str, data: Path, seconds: float, faster: float, connections: int, seed: int) -> None:
    """Đội thiết bị mô phỏng gửi báo cáo thật · a simulated fleet that sends real reports."""
    fleet, dice = fleet_of(units, seed), Random(seed)  # noqa: S311 (nothing is kept secret by it)
    tally, there = asyncio.run(_run(data, fleet, Crowd(fleet, url.rstrip("/"), connections, faster, dice), seconds))
    _tell(tally, there)
    if there != len(tally.acknowledged):
        raise click.exceptions.Exit(1)


def fleet_of(count: int, seed: int) -> list[SimulatedUnit]:
    """*count* units by *seed*, and the second one of each that is cloned."""
    began = wall_clock()
    dice = Random(seed)  # noqa: S311 (the same fleet again is what is wanted)
    made = [SimulatedUnit(f"mp-{seed}-{n:05d}", kind, began) for n, kind in enumerate(kinds(count, dice))]
    return made + [SimulatedUnit(unit.name, unit.kind, began, history=1) for unit in made if unit.kind is Kind.CLONED]


async def _run(data: Path, fleet: Sequence[SimulatedUnit], crowd: Crowd, seconds: float) -> tuple[Tally, int]:
    async with await open_storage(data) as storage:
        await let_in(storage, [unit for unit in fleet if not unit.history], wall_clock())
        click.echo(f"{len(fleet)} thiết bị {SIMULATED}, {crowd.url}")
        tally = await crowd.run(seconds)
        return tally, await found(storage, tally.acknowledged)


def _tell(tally: Tally, there: int) -> None:
    click.echo(f"đã gửi · sent: {tally.sent}, đã xác nhận · acknowledged: {len(tally.acknowledged)}")
    click.echo(f"trả lời trong · answered in: p50 {1000 * tally.percentile(50):.1f} ms, p99 {1000 * tally.percentile(99):.1f} ms")
    for why, count in tally.refused.most_common():
        click.secho(f"  ✗ {count} × {why}", fg="yellow")
    for why, count in tally.failed.most_common():
        click.secho(f"  … {count} × {why}", fg="yellow")
    lost = len(tally.acknowledged) - there
    click.secho(f"có trong sổ · in the registry: {there}, mất · lost: {lost}", fg="red" if lost else "green")
