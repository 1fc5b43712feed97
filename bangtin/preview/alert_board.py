"""``bangtin publish board``: an alert as a unit's board will show it, before anybody signs it."""

import os
from pathlib import Path

import click

from bundle.alert import Alert
from bundle.area import AreaCode
from bundle.base import Model
from bundle.parse import parse


class Shown(Model):
    """What is to be shown: an *alert* of *channel*, and what a board says of its area."""

    format: int
    channel: AreaCode
    area_name: str
    contact: str
    alert: Alert


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Tệp PNG · the picture, pages below one another"
)
@click.option("--board", "name", default="landscape", show_default=True, help="Bố cục hoặc cỡ bảng · a layout or a board's size")
@click.option("--width", default=1920, show_default=True, type=click.IntRange(64, 3840), help="Rộng nhất · pixels at most")
def board(file: Path, out: Path, name: str, width: int) -> None:
    """Vẽ tin khẩn cấp trong FILE như bảng sẽ hiện · paint the alert in FILE as a board will show it."""
    # The painter's library greets whoever imports it.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from bangtin.preview.paint_alert import paint_alert

    shown = parse(Shown, file.read_bytes(), file.name)
    paint_alert(shown.alert, shown.channel, shown.area_name, shown.contact, name, width).save(out, optimize=True)
