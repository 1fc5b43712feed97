"""``bangtin demo``: the whole product on this machine, in three minutes, with everything kept to be looked at."""

import contextlib
import json
import shutil
import signal
import threading
import time
from pathlib import Path

import click

from bangtin.demo.show import Show

GUEST = "Khách xem thử"


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-out"), show_default=True)
@click.option("--window", is_flag=True, help="Hiện trên màn hình · show the board in a window")
@click.option("--keep", is_flag=True, help="Để chạy tiếp đến khi Ctrl-C · leave it running until Ctrl-C")
def demo(out: Path, window: bool, keep: bool) -> None:
    """Xem thử: xã phát hành, thôn xem và nghe · a commune publishes, a village sees and hears."""
    if out.exists():
        _clear(out)
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    # Told to end, it ends like at Ctrl-C: every program it started is stopped, and the amplifier is off.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    show = Show(out.resolve(), lambda text: click.echo(f"[{time.monotonic() - began:5.1f} s] {text}"), window)
    try:
        show.publish()
        show.install()
        show.run()
        if keep:
            _keep(show)
        show.lose_the_registry()
    finally:
        codes = show.finish()
    summary = show.summarise()
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    unclean = {name: code for name, code in codes.items() if code != 0}
    if unclean:
        raise click.ClickException(f"không dừng sạch · did not end cleanly: {unclean}")
    click.echo(f"Xem · look: {out}/board-*.png, {out}/speaker.wav, {out}/registry.png")


def _clear(out: Path) -> None:
    """Only a folder that an earlier demonstration made is ours to delete."""
    if any(out.iterdir()) and not (out / "keys").is_dir():
        raise click.ClickException(f"{out}: không phải thư mục của lần xem thử trước · not an earlier demonstration; choose another --out")
    shutil.rmtree(out)


def _keep(show: Show) -> None:
    click.echo(f"Sổ trung tâm, đặt mật khẩu của bạn · the registry, set your password: {show.village.invited(GUEST)}")
    click.echo("Ctrl-C để dừng · to stop")
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    click.echo()
