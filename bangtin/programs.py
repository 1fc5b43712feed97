"""The programs of a unit as commands: ``bangtin agent run`` and its sisters, each importing only itself."""

import importlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import click

root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="BANGTIN_ROOT",
    default=Path("/"),
    show_default=True,
    help="Thư mục gốc của thiết bị · the folder that holds the unit's etc, var and run",
)


class _Once(logging.Filter):
    """Lets a sentence through when it is another than the last: a program that waits for its wiring would say it each second."""

    def __init__(self) -> None:
        super().__init__()
        self._last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* says something new."""
        before, self._last = self._last, record.getMessage()
        return self._last != before


def _program(name: str, module: str, about: str) -> click.Group:
    @click.group(name=name, help=about)
    def group() -> None: ...

    @group.command(name="run", help=f"Chạy đến khi được bảo dừng · run until told to stop. {about}")
    @root_option
    def run(root: Path) -> None:
        words = logging.StreamHandler(sys.stderr)
        words.addFilter(_Once())
        logging.basicConfig(level=logging.INFO, format=f"{name} %(levelname)s %(message)s", handlers=[words])
        from device.paths import Paths

        start: Callable[[Paths], int] = importlib.import_module(module).run
        sys.exit(start(Paths(root)))

    return group


agent = _program("agent", "agent.main", "Tải, kiểm tra, cất giữ, báo cáo · pulls, verifies, shelves, reports.")
display = _program("display", "display.main", "Bảng tin · the board.")
audio = _program("audio", "audio.main", "Tiếng nói · the voice.")
amplifier = _program("amplifier", "audio.amplifier.main", "Công tắc tăng âm · the amplifier switch.")


@display.command()
@root_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp hình WebP · where the picture (WebP) goes")
def screenshot(root: Path, out: Path) -> None:
    """Chụp hình bảng tin đang hiện, không quá 20 KB · a picture of what the board presents now, 20 KB at most."""
    from device.paths import Paths
    from device.screenshot import ask, sentence

    answer = ask(Paths(root))
    click.echo(sentence(answer))
    if answer.picture is None:
        sys.exit(1)
    out.write_bytes(answer.picture)
    click.echo(f"{out}: {len(answer.picture)} B")


@amplifier.command()
@root_option
def safe(root: Path) -> None:
    """Tắt mọi đường ra ngay, khi chương trình đã dừng · every output line inactive, now that the program has ended."""
    logging.basicConfig(level=logging.INFO, format="amplifier safe: %(message)s")
    from audio.amplifier.safe import run
    from device.paths import Paths

    sys.exit(run(Paths(root)))
