"""``bangtin status``: what each program of this unit says of itself, in one small table."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bangtin.programs import root_option
from bundle.errors import Refused
from device.clock import make_clock
from device.first_boot import FirstBoot, NextStep, Step
from device.override import read_override
from device.paths import Paths
from device.settings import Settings, load_settings
from device.status import fresh, read_status
from device.time_words import SOURCES, STATES
from device.unit import read_unit
from director.moment import Moment
from display.pages.set_up_panel import grouped
from display.pages.set_up_words import HEADLINES
from evidence.report import ProgramStatus, Sounding

PROGRAMS = ("agent", "display", "audio", "amplifier")
STALE_AFTER = 15.0


@click.command()
@root_option
def status(root: Path) -> None:
    """Thiết bị đang làm gì · what this unit is doing now."""
    paths = Paths(root)
    try:
        settings = load_settings(paths.unit_toml)
    except Refused as refusal:
        # Whoever looks because something is wrong must see what can be seen.
        settings = Settings()
        for complaint in refusal.complaints:
            click.secho(f"✗ {complaint}", fg="red", err=True)
    now = make_clock(settings, paths).now()
    unit = read_unit(paths)
    table = Table(title=f"{unit.unit} · {unit.place_name}" if unit else "Chưa đăng ký · not enrolled")
    for heading in ("chương trình", "tình trạng", "đang phát", "ghi chú"):
        table.add_column(heading)
    for program in PROGRAMS:
        said = read_status(paths, program)
        if said is None or not fresh(said, now, STALE_AFTER):
            table.add_row(program, "[red]không chạy · not running[/]", "", "")
            continue
        state = "[green]sẵn sàng · ready[/]" if said.ready else "[red]chưa sẵn sàng · not ready[/]"
        on = said.showing or (_sounding(paths, said.sounding) if said.sounding else "")
        table.add_row(program, state, on, "; ".join((*said.reasons, *_ordered(said), *(f"mô phỏng: {what}" for what in said.simulated))))
    Console().print(table)
    click.echo(_clock(read_status(paths, "agent"), now))
    for line in _next_step(NextStep(paths).now(now.boot)):
        click.echo(line)


def _next_step(told: FirstBoot | None) -> Iterator[str]:
    """What a unit that is being set up waits for, and everything that stands in its way or is wrong with its files."""
    if told is None:
        return
    if told.step is not Step.DONE:
        vietnamese, english = HEADLINES[told.step]
        code = f" ({grouped(told.code)})" if told.code else ""
        yield f"Bước tiếp theo: {vietnamese}{code} · next step: {english}"
    for trouble in told.troubles:
        for language in (0, 1):
            do = f" → {trouble.do[language]}" if trouble.do else ""
            yield f"{'✗' if language == 0 else ' '} {trouble.where[language]}: {trouble.what[language]}{do}"


def _ordered(said: ProgramStatus) -> Iterator[str]:
    """What orders leave of the sound."""
    if said.muted:
        yield said.muted
    if said.volume:
        yield f"âm lượng · volume {said.volume:g} dB"


def _sounding(paths: Paths, sounding: Sounding) -> str:
    """What sounds; what a person opened on site with that person's name."""
    override = read_override(paths)
    holder = f" · {override.holder}" if override is not None and sounding.occurrence.startswith(override.name) else ""
    return f"{sounding.item}{holder}"


def _clock(said: ProgramStatus | None, now: Moment) -> str:
    """How far the unit believes its clock, in the agent's words: another user's command cannot know it."""
    if said is None or not fresh(said, now, STALE_AFTER):
        return "Đồng hồ: chưa rõ vì agent không chạy · clock: not known, the agent does not run"
    state, source = STATES[said.at.state], SOURCES[said.time_source] if said.time_source else ("mô phỏng", "simulated")
    return f"Đồng hồ: {state[0]} ({source[0]}) · clock: {state[1]} ({source[1]})"
