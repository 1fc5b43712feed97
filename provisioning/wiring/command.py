"""The command ``bangtin provision wiring``."""

from pathlib import Path

import click
from rich.console import Console

from bundle.errors import refuse
from device.paths import Paths
from device.settings import load_settings
from provisioning.check import conclusion, sentences
from provisioning.options import ROOT
from provisioning.probe import overall
from provisioning.wiring.boot import PLACES, changes, find, write
from provisioning.wiring.diagram import diagram
from provisioning.wiring.header import picture
from provisioning.wiring.judge import judge


@click.command()
@click.option("--write", "writing", is_flag=True, help="Ghi mức lúc khởi động vào config.txt · write how the pins stand at boot")
@click.option(
    "--diagram", "file", type=click.Path(dir_okay=False, path_type=Path), help="Vẽ sơ đồ đấu dây SVG · draw how to wire it, as SVG"
)
@ROOT
@click.pass_context
def wiring(context: click.Context, writing: bool, file: Path | None, root: Path) -> None:
    """Vẽ đầu nối, kiểm tra các chân, đặt mức lúc khởi động · draw the header, check the pins, set how they stand at boot.

    Mã thoát: 0 sẵn sàng, 1 có lưu ý, 2 chưa sẵn sàng · exit code: 0 ready, 1 warnings, 2 not ready.
    """
    paths = Paths(root)
    settings = load_settings(paths.unit_toml)
    Console(highlight=False).print(picture(settings.wires))
    if file is not None:
        file.write_text(diagram(settings), encoding="utf-8")
    config = find(paths)
    if writing and config is None:
        where = " / ".join(str(paths.root / place) for place in PLACES)
        raise refuse(where, "không thấy config.txt / there is no config.txt", "chạy trên Raspberry Pi / run it on a Raspberry Pi")
    if config is not None:
        for line in changes(config, settings):
            click.secho(line, fg={"+": "green", "-": "red"}.get(line[:1]))
        if changes(config, settings) and not writing:
            click.echo("→ máy tự ghi ở lần khởi động sau; ghi ngay · the unit writes it at its next start; write it now: sudo … --write")
        elif changes(config, settings):
            config = write(config, settings)
            click.secho("✓ đã ghi, có hiệu lực từ lần khởi động sau · written, it holds from the next start on", fg="green", bold=True)
    findings = judge(settings, config)
    for sentence in sentences(findings):
        click.echo(sentence)
    click.echo(conclusion(overall(findings)))
    context.exit(overall(findings))
