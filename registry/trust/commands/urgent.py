"""The commands that cannot wait: an alert, and stopping."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bundle.alert import Alert, AlertSet
from bundle.errors import Complaint, Refused, refuse
from bundle.policy import StopList
from bundle.trust import Target
from registry.making.commands import models_at
from registry.making.piper import PiperModel
from registry.making.texts import check_strings
from registry.making.voice import PiperVoice
from registry.trust.commands.shared import CHANNEL, FILE, FOLDER, ONLINE, PASSPHRASES, SITE, clock, refusing, tell
from registry.trust.commands.spoken import from_cap, spoken_from, with_hour
from registry.trust.keys import load_key
from registry.trust.lock import publishing
from registry.trust.passphrase import Ask
from registry.trust.site import Site
from registry.trust.urgent import (
    read_alerts,
    release_at_once,
    released_document,
    sent_now,
    with_alerts,
    with_cancel,
    with_kill,
    with_lifting,
    with_withdrawal,
    without_kills,
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@SITE
@CHANNEL
@click.option("--author-key", required=True, type=FILE, help="Khóa người soạn · CODE-alerts-author.json")
@click.option("--approver-key", required=True, type=FILE, help="Khóa người duyệt · CODE-alerts-approver.json")
@ONLINE
@click.option("--blobs", type=FOLDER, help="Bản thảo có lời đọc, chứa blobs/ · the draft with the speech, which holds blobs/")
@click.option("--now", "as_now", is_flag=True, help="Tin soạn sẵn: đóng dấu giờ gửi bây giờ · a prepared alert: stamp it as sent now")
@click.option("--as-it-is", is_flag=True, help="Chữ hỏng vẫn gửi · send it also with letters that a board cannot show")
@click.option("--sources", type=FILE, help="Với tệp CAP (.xml): các nguồn được tin · for a CAP file: the trusted sources (sources.toml)")
@click.option(
    "--voice",
    "models",
    multiple=True,
    type=FILE,
    callback=models_at,
    help="Giọng Piper đọc tin CAP và giờ phát · a voice for a CAP file and for the issue time",
)
@click.option("--piper", default="piper", show_default=True, help="Chương trình Piper · the program of Piper")
@PASSPHRASES
def alert(
    file: Path,
    site: Path,
    channel: str,
    author_key: Path,
    approver_key: Path,
    online_key: Path,
    blobs: Path | None,
    as_now: bool,
    as_it_is: bool,
    sources: Path | None,
    models: list[PiperModel],
    piper: str,
    ask: Ask,
) -> None:
    """Phát tin khẩn cấp trong FILE, bên cạnh tin đang có hiệu lực · release the alert(s) in FILE beside those in force.

    FILE: JSON, TOML, CAP 1.2 (.xml, --sources).
    """
    with refusing(), TemporaryDirectory() as made:
        tree, is_cap = Site(site), file.suffix.lower() == ".xml"
        if is_cap and as_now:
            what = "tin CAP giữ giờ gửi của nó / a CAP message keeps the time at which it was sent"
            raise refuse("--now", what, "bỏ --now / leave it out")
        cap = from_cap(file, sources, tree, channel, clock()) if is_cap else None
        if not (cap or as_it_is):
            _readable(file, channel)
        signers, online = [load_key(author_key, ask), load_key(approver_key, ask)], load_key(online_key, ask)
        voices = [PiperVoice(each, piper) for each in models]
        if cap is None:
            new, folder = _written(file, channel, as_now), blobs or file.parent.parent
            new = with_hour(new, tree, voices, signers[1], Path(made))
        else:
            new, folder = spoken_from(cap, tree, channel, Path(made), voices, signers[1]), Path(made)
        # Two alerts at once must both arrive: the list they are added to is read and released under one lock.
        with publishing(tree, channel):
            now = clock()
            tell(release_at_once(tree, _alerts(tree, channel, new, now), signers, online, now, folder))


@click.command()
@SITE
@CHANNEL
@click.option("--stop-key", required=True, type=FILE, help="Khóa dừng · CODE-stop.json")
@ONLINE
@click.option("--withdraw", metavar="ITEM", help="Rút một tin · take one item off the air")
@click.option("--cancel", metavar="ALERT", help="Hủy cảnh báo theo mã · end the alert of this identifier")
@click.option("--kill", is_flag=True, help="Dừng tất cả: trang an toàn và im lặng · safe page and silence")
@click.option("--lift", is_flag=True, help="Bỏ lệnh dừng · lift every kill")
@click.option(
    "--of", metavar="CHANNEL", help="Cùng --lift: bỏ lệnh dừng của kênh cấp dưới · with --lift: the kills of a channel below this one"
)
@click.option("--area", "areas", multiple=True, help="Chỉ khu vực này (cùng --kill) · only this area (with --kill)")
@click.option("--unit", "units", multiple=True, help="Chỉ thiết bị này (cùng --kill) · only this unit (with --kill)")
@click.option("--reason", default="", help="Lý do · why")
@PASSPHRASES
def stop(
    site: Path,
    channel: str,
    stop_key: Path,
    online_key: Path,
    withdraw: str | None,
    cancel: str | None,
    kill: bool,
    lift: bool,
    of: str | None,
    areas: tuple[str, ...],
    units: tuple[str, ...],
    reason: str,
    ask: Ask,
) -> None:
    """Dừng ngay, một người là đủ · stop: one person is enough.

    Chọn đúng một · exactly one of: --withdraw, --cancel, --kill, --lift.
    """
    if (withdraw is not None) + (cancel is not None) + kill + lift != 1 or not (lift or cancel or reason) or (of and not lift):
        raise click.UsageError("Chọn một / choose one: --withdraw ITEM, --cancel ALERT, --kill, --lift [--of CHANNEL]; và / and --reason")
    with refusing():
        tree, key, online = Site(site), load_key(stop_key, ask), load_key(online_key, ask)
        with publishing(tree, channel):
            now = clock()
            found = released_document(tree, channel, Target.STOP)
            present = found if isinstance(found, StopList) else None
            if withdraw is not None:
                wanted = with_withdrawal(tree, present, channel, withdraw, reason)
            elif cancel is not None:
                wanted = with_cancel(tree, present, channel, cancel)
            elif kill:
                wanted = with_kill(present, channel, reason, now, areas, units)
            elif of is not None and of != channel:
                wanted = with_lifting(tree, present, channel, of)
            else:
                wanted = without_kills(present, channel)
            tell(release_at_once(tree, wanted, [key], online, now))


def _readable(file: Path, channel: str) -> None:
    """``Refused`` for letters that no board can show: told before any key is unlocked, and never the last word in an emergency."""
    written = [each.model_dump(mode="json") for each in read_alerts(file, channel)]
    try:
        check_strings(written, file.name, file.read_text(encoding="utf-8"))
    except Refused as refused:
        advice = "sửa rồi gửi lại; không chờ được thì thêm --as-it-is / correct it and send again; if it cannot wait, add --as-it-is"
        raise Refused(*refused.complaints, Complaint(file.name, "chưa gửi / not sent", advice)) from None


def _written(file: Path, channel: str, as_now: bool) -> tuple[Alert, ...]:
    written, now = read_alerts(file, channel), clock()
    return tuple(sent_now(each, now) for each in written) if as_now else written


def _alerts(tree: Site, channel: str, new: tuple[Alert, ...], now: datetime) -> AlertSet:
    present = released_document(tree, channel, Target.ALERTS)
    return with_alerts(present if isinstance(present, AlertSet) else None, channel, new, now)
