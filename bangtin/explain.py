"""``bangtin explain``: why this is on, now or at another time, as sentences and as a picture of the day."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bangtin.picture import day
from bangtin.programs import root_option
from bangtin.stops import orders_standing, standing_still
from bundle.errors import Complaint, refuse
from device.clock import make_clock
from device.happened import load_happened
from device.inputs import OnSite
from device.onlooker import looking_on
from device.override import Openings
from device.paths import Paths
from device.settings import load_settings
from device.shelf import Shelf
from device.status import BELIEVED, fresh, read_status
from device.time_words import STATES
from device.unit import read_unit, site
from director.explain import explain as sentence
from director.moment import Moment
from director.screen import direct_screen
from director.sound import direct_sound


@click.command()
@root_option
@click.option("--at", help="Giờ địa phương; mặc định: bây giờ · local time, e.g. 2026-12-31T06:00:00; default: now")
def explain(root: Path, at: str | None) -> None:
    """Vì sao đang hiện, đang phát như vậy · why this is on the board and in the loudspeaker."""
    paths = Paths(root)
    settings, unit = load_settings(paths.unit_toml), read_unit(paths)
    if unit is None or not paths.root_json.exists():
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
    said = status if at is None and fresh(status, moment, BELIEVED) else None
    shown = load_happened(paths, "display", clock).sounding_now(said.sounding if said else None, said is not None and said.unreceived)
    board, voice = programmes["display"], programmes["audio"]
    believed, in_english = STATES[moment.state]
    click.echo(f"{moment.local(here.timezone):%d/%m/%Y %H:%M:%S} · đồng hồ: {believed} · clock: {in_english}")
    click.echo(sentence(direct_screen(board, moment, shown), board, moment))
    heard = load_happened(paths, "audio", clock)
    click.echo(sentence(direct_sound(voice, moment, heard), voice, moment))
    for vietnamese, english in standing_still(voice):
        click.secho(f"! {vietnamese}\n  {english}", fg="red")
    for vietnamese, english in orders_standing(voice, moment, heard):
        click.secho(f"• {vietnamese}\n  {english}", fg="yellow")
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
