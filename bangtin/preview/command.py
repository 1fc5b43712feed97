"""``bangtin publish preview``: every page of a draft on boards of every shape, before anybody signs it."""

import os
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@click.command()
@click.argument("draft", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục xem trước · where the pictures go.")
@click.option(
    "--board",
    "names",
    multiple=True,
    metavar="NAME[,NAME…]",
    help="Bố cục nào, hoặc cỡ bảng 384x192@mm/m; không nêu thì mọi bố cục · layouts, or a board's size; else every layout.",
)
@click.option("--processes", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Vẽ song song · in parallel.")
def preview(draft: Path, out: Path, names: tuple[str, ...], processes: int) -> None:
    """Xem trước mọi trang của bản thảo · draw every page of a draft as boards will show it.

    Trang nào không vẽ được thì nêu tên, mã thoát 1 · what cannot be drawn is named, exit code 1.
    """
    # The painter's library greets whoever imports it, in every process; and signing must not wait for it.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from bangtin.preview.make import make_preview

    with _progress() as progress:
        bar = progress.add_task("", total=None)
        wanted = [name for listed in names for name in listed.split(",")]
        found = make_preview(
            draft, out, wanted, processes, lambda total, what: progress.update(bar, total=total, advance=1, description=what)
        )
    for board in found.boards:
        click.echo(f"{board}: {found.pages(board)} trang / pages; một vòng tin / one round of notices: {found.round(board):.0f} s")
    click.echo(f"Xem / look: {out / 'index.html'}")
    problems = found.problems()
    for line in problems:
        click.secho(f"✗ {line}", fg="red", err=True)
    if problems:
        raise SystemExit(1)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
