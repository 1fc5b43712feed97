"""``bangtin provision boot-file`` at each start, and ``bangtin provision place`` for a unit with a prepared card."""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click

from bundle.errors import Refused, refuse
from device.clock import Clock, make_clock
from device.paths import Paths
from device.settings import Settings, load_settings
from evidence.card import Village
from provisioning.card.enrolling import enrol_by_card, waiting
from provisioning.card.taking import take_over
from provisioning.options import ROOT
from provisioning.wiring.boot import keep

EARLY = ("bangtin-display.service",)
"""What does not wait for this command at a start, because a board is to show something at once."""
log = logging.getLogger(__name__)


@click.command(name="boot-file")
@ROOT
def boot_file(root: Path) -> None:
    """Nhận những gì ghi trên phân vùng boot, rồi xoá mật khẩu khỏi đó · take over what the boot partition says, and its secrets off it.

    Hệ thống tự chạy lệnh này mỗi lần khởi động · the system runs it at each start, as root. What is wrong stands on the board.
    """
    logging.basicConfig(level=logging.INFO, format="boot-file: %(message)s")
    paths = Paths(root)
    changed = _done(lambda: take_over(paths, _clock(paths).now()))
    # By the wiring that was just taken over: a technician with nothing but a phone has no way to write it.
    written = _done(lambda: keep(paths))
    if written:
        log.info("pins at boot are written into config.txt and take effect at the next start")
    if changed and root == Path("/"):
        subprocess.run(["systemctl", "--no-block", "try-restart", *EARLY], check=False)
    if changed is None or written is None:
        sys.exit(1)


def _done(step: Callable[[], bool]) -> bool | None:
    """Whether *step* changed anything; None when a card takes no writes."""
    try:
        return step()
    except Refused as refused:
        # The old stays, and the unit starts all the same: the service of provisioning tells it to everybody.
        for complaint in refused.complaints:
            log.warning("%s", complaint)
        return False
    except OSError as problem:
        log.error("%s: %s", problem.filename, problem.strerror)
        return None


@click.command()
@click.argument("code", required=False)
@ROOT
def place(code: str | None, root: Path) -> None:
    """Chọn thôn CODE cho thiết bị có thẻ chuẩn bị sẵn, không cần mạng · choose the village of a unit with a prepared card, offline."""
    paths = Paths(root)
    card = waiting(paths)
    if card is None:
        what = "không có thẻ nào đang chờ / no card is waiting"
        raise refuse("card.json", what, "chép card.json lên phân vùng boot rồi bật lại / put card.json on the boot partition, start again")
    record = enrol_by_card(paths, code or _chosen(card.villages), _clock(paths).now())
    if record is not None:
        click.secho(f"✓ Đã ghi danh, chưa cần mạng · enrolled, without network: {record.unit}", fg="green", bold=True)
        click.echo(f"  {record.place_name} · {record.place} · {', '.join(record.languages)}")
        click.echo(f"  Sổ trung tâm phải nhận được báo cáo trong {card.days} ngày · the registry must hear of it within {card.days} days")


def _chosen(villages: tuple[Village, ...]) -> str:
    for number, village in enumerate(villages, 1):
        click.echo(f"{number:3} {village.full_name} · {village.place} · {', '.join(village.languages)}")
    number = click.prompt("Thôn số · village number", type=click.IntRange(1, len(villages)))
    return villages[number - 1].place


def _clock(paths: Paths) -> Clock:
    try:
        return make_clock(load_settings(paths.unit_toml), paths)
    except Refused:
        return make_clock(Settings(), paths)
