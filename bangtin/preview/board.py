"""``bangtin publish board``: an alert, a notice or the words of an announcement as a unit's board will show it, before anybody signs it."""

import os
from pathlib import Path
from typing import Literal

import click

from bundle.alert import Alert
from bundle.base import Model
from bundle.manifest import Bundle
from bundle.parse import parse


class Shown(Model):
    """A *bundle* of what a board says of its area and of what is to be shown: its notices, the words of its announcements, an *alert*."""

    format: Literal[1]
    bundle: Bundle
    alert: Alert | None = None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Tệp PNG · the picture, pages below one another"
)
@click.option("--board", "name", default="landscape", show_default=True, help="Bố cục hoặc cỡ bảng · a layout or a board's size")
@click.option("--width", default=1920, show_default=True, type=click.IntRange(64, 3840), help="Rộng nhất · pixels at most")
def board(file: Path, out: Path, name: str, width: int) -> None:
    """Vẽ tin trong FILE như bảng sẽ hiện · paint the alert or the content in FILE as a board will show it."""
    # The painter's library greets whoever imports it.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from bangtin.preview.paint_shown import paint_shown
    from bangtin.preview.scenes import scenes

    shown = parse(Shown, file.read_bytes(), file.name)
    alerts = {shown.alert.identifier: shown.alert} if shown.alert else {}
    at = shown.alert.sent if shown.alert else shown.bundle.made
    paint_shown([scene.decision for scene in scenes(shown.bundle, alerts)], at, name, width).save(out, optimize=True)
