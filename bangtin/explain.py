"""``bangtin explain``: why this is on, now or at another time, as sentences and as a picture of the day."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bangtin.programs import root_option
from bangtin.stops import standing_still
from bundle.errors import Complaint, refuse
from device.clock import make_clock
from device.happened import load_happened
from device.inputs import OnSite
from device.onlooker import looking_on
from device.override import Openings
from device.paths import Paths
from device.settings import load_settings
from device.shelf import Shelf
from device.status import read_status
from device.unit import read_unit, site
from director.explain import explain as sentence
from director.explain import timeline
from director.moment import Moment
from director.programme import Programme
from director.screen import direct_screen
from director.sound import direct_sound
from director.timeline import Kind, Stretch

WIDTH = 96
"""Columns of the day's picture: one for each quarter of an hour."""


@click.command()
@root_option
@click.option("--at", help="Giờ địa phương · local time, e.g. 2026-12-31T06:00:00; default now")
def explain(root: Path, at: str | None) -> None:
    """Vì sao đang hiện, đang phát như vậy · why this is on the board and in the loudspeaker."""
    paths = Paths(root)
    settings, unit = load_settings(paths.unit_toml), read_unit(paths)
    if unit is None:
        raise refuse(str(paths.unit_json), "thiết bị chưa ghi danh / the unit is not enrolled", "bangtin provision enrol")
    clock, here = make_clock(settings, paths), site(unit, settings)
    moment = _at(clock.now(), at, here.timezone)
    stopped = OnSite(paths).stopped(moment)
    programmes, refusals = {}, dict[Complaint, None]()
    for program in ("display", "audio"):
        with looking_on(root, program) as onlooker:
            shelf = Shelf(onlooker, program, paths.root_json.read_bytes())
            programmes[program] = replace(shelf.programme(here, moment), stopped_on_site=stopped, override=Openings(paths).now(moment))
            refusals |= dict.fromkeys(shelf.refusals)
    status = read_status(paths, "audio")
    shown = load_happened(paths, "display", clock).sounding_now(status.sounding if status and at is None else None)
    board, voice = programmes["display"], programmes["audio"]
    click.echo(f"{moment.local(here.timezone):%d/%m/%Y %H:%M:%S} · {moment.state.value}")
    click.echo(sentence(direct_screen(board, moment, shown), board, moment))
    click.echo(sentence(direct_sound(voice, moment, load_happened(paths, "audio", clock)), voice, moment))
    for vietnamese, english in standing_still(voice):
        click.secho(f"! {vietnamese}\n  {english}", fg="red")
    for complaint in refusals:
        click.secho(f"✗ {complaint}", fg="red")
    click.echo("\n" + day(voice, moment))


def _at(now: Moment, at: str | None, timezone: str) -> Moment:
    if at is None:
        return now
    try:
        local = datetime.fromisoformat(at)
    except ValueError:
        raise click.BadParameter("viết như / write it like 2026-12-31T06:00:00", param_hint="--at") from None
    if not 1970 < local.year < 2200:
        raise click.BadParameter("năm từ 1971 đến 2199 / a year from 1971 to 2199", param_hint="--at")
    wall = local.replace(tzinfo=local.tzinfo or ZoneInfo(timezone))
    return replace(now.later((wall - now.wall).total_seconds()), wall=wall.astimezone(now.wall.tzinfo))


def day(programme: Programme, moment: Moment) -> str:
    """The local day of *moment* as bars over 24 hours: ░ quiet hours, █ a session, × one that does not sound and why."""
    zone = ZoneInfo(programme.site.timezone)
    midnight = moment.local(programme.site.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    stretches = timeline(programme, midnight.date())
    bar = ["·"] * WIDTH
    for stretch in sorted(stretches, key=lambda each: each.kind is Kind.SESSION):
        _paint(bar, stretch, midnight)
    bar_now = _column(moment.wall, midnight)
    lines = ["".join(f"{hour:<4d}" for hour in range(24)), "".join(bar), " " * bar_now + "^"]
    for stretch in stretches:
        start, end = (edge.astimezone(zone) for edge in (stretch.start, stretch.end))
        name = "giờ yên tĩnh · quiet hours" if stretch.kind is Kind.QUIET_HOURS else f"{stretch.title} ({stretch.channel})"
        lines.append(f"{start:%H:%M:%S}-{end:%H:%M:%S}  {name}" + (f"  × {stretch.refused}" if stretch.refused else ""))
    return "\n".join(lines)


def _paint(bar: list[str], stretch: Stretch, midnight: datetime) -> None:
    sign = "░" if stretch.kind is Kind.QUIET_HOURS else ("×" if stretch.refused else "█")
    first, last = _column(stretch.start, midnight), _column(stretch.end - timedelta(microseconds=1), midnight)
    for column in range(first, max(first, last) + 1):
        bar[column] = sign


def _column(instant: datetime, midnight: datetime) -> int:
    share = (instant - midnight).total_seconds() / (24 * 3600)
    return min(WIDTH - 1, max(0, int(share * WIDTH)))
