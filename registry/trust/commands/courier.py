"""``bangtin publish stick``: the officer hands a stick to the courier."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from registry.trust.commands.shared import FOLDER, ONLINE, PASSPHRASES, SITE, clock, refusing
from registry.trust.keys import load_key
from registry.trust.passphrase import Ask
from registry.trust.site import Site
from registry.trust.stick import sentences, write_stick


@click.command()
@click.argument("folder", type=FOLDER)
@SITE
@ONLINE
@click.option(
    "--channel", "channels", multiple=True, help="Mặc định: tất cả; cấp trên luôn kèm theo · default: all; those above come along"
)
@click.option(
    "--days", default=60, show_default=True, type=click.IntRange(1, 180), help="Dùng được bao lâu · how long units take it as new"
)
@PASSPHRASES
def stick(folder: Path, site: Path, online_key: Path, channels: tuple[str, ...], days: int, ask: Ask) -> None:
    """Ghi USB cho người mang tin · write what is released onto the mounted stick FOLDER for a courier."""
    with refusing():
        key = load_key(online_key, ask)
        with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task("Đang ghi USB · writing", total=None)
            carried = write_stick(
                Site(site), folder, channels, key, clock(), days, lambda done, of: bar.update(task, completed=done, total=of)
            )
    click.secho("✓ Đã ghi và đọc lại đúng · written, and read back right", fg="green")
    for line in sentences(carried):
        click.echo(f"  {line}")
    click.echo("Bây giờ rút USB được. Nhật ký trên USB vẫn còn nguyên. · It may be taken out now; the reports on it were kept.")
