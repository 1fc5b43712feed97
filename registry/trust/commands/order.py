"""``bangtin publish order …``: what one person may order units to do, for a time: from a lower volume to a reboot."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from pydantic import ValidationError

from bundle.errors import Refused
from bundle.orders import LONGEST_TONE, LONGEST_TUNNEL, MOST_LINES, LogOf, Order
from bundle.parse import complaints
from registry.trust.commands.shared import CHANNEL, FILE, ONLINE, PASSPHRASES, SITE, clock, refusing, tell
from registry.trust.keys import PersonKey, load_key
from registry.trust.lock import publishing
from registry.trust.orders import (
    Given,
    ending,
    live_order,
    log_order,
    mute_order,
    obeyed,
    reboot_order,
    released_orders,
    report_order,
    screenshot_order,
    service_order,
    tone_order,
    tunnel_order,
    volume_order,
    with_order,
    without_order,
)
from registry.trust.passphrase import Ask
from registry.trust.proposal import order_line
from registry.trust.site import Site
from registry.trust.urgent import release_at_once

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
OPS = click.option("--ops-key", required=True, type=FILE, help="Khóa vận hành của người ra lệnh · CODE-ops.json of who orders")
REASON = click.option("--reason", required=True, help="Lý do, người dân và cấp trên đọc được · why; people and higher levels may read it")
WITHIN = click.option(
    "--minutes",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1, 7 * 24 * 60),
    help="Trong hạn, quá thì thôi · within, else never",
)
Make = Callable[[Given], Order]


@click.group()
def order() -> None:
    """Lệnh vận hành, một người ký, có hạn · orders to units: one person signs, and each expires."""


def _ordering(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that all orders share; *command* says which order it is and gets the rest of its own options."""

    @SITE
    @CHANNEL
    @OPS
    @ONLINE
    @REASON
    @click.option(
        "--from",
        "start",
        metavar="TIME",
        help="Từ lúc, giờ Việt Nam; mặc định: bây giờ · from this local time on, 2026-12-31T06:00; default: now",
    )
    @click.option("--area", "areas", multiple=True, help="Chỉ khu vực này · only this area")
    @click.option("--unit", "units", multiple=True, help="Chỉ thiết bị này · only this unit")
    @PASSPHRASES
    @wraps(command)
    def wrapped(
        site: Path,
        channel: str,
        ops_key: Path,
        online_key: Path,
        reason: str,
        start: str | None,
        areas: tuple[str, ...],
        units: tuple[str, ...],
        ask: Ask,
        **own: Any,
    ) -> None:
        make, lasting = command(**own)
        with refusing():
            key, online, now = load_key(ops_key, ask), load_key(online_key, ask), clock()
            since = _local(start) if start else now
            given = Given(key.person, since, lasting, reason, areas, units)
            tree = Site(site)
            give(tree, channel, obeyed(tree, channel, checked(make, given)), key, online, now)

    return wrapped


@order.command()
@click.option(
    "--decibels", required=True, type=click.FloatRange(-30, 0), help="Giảm bao nhiêu dB, −30 đến 0 · lower by so many dB, −30 to 0"
)
@click.option("--hours", required=True, type=click.FloatRange(0, 168, min_open=True), help="Trong bao nhiêu giờ · for how long")
@_ordering
def volume(decibels: float, hours: float) -> tuple[Make, timedelta]:
    """Giảm âm lượng, trừ tin khẩn cấp · lower the volume of everything but emergencies."""
    return lambda given: volume_order(given, decibels), timedelta(hours=hours)


@order.command()
@click.option("--hours", required=True, type=click.FloatRange(0, 168, min_open=True), help="Trong bao nhiêu giờ · for how long")
@_ordering
def mute(hours: float) -> tuple[Make, timedelta]:
    """Im tiếng, ví dụ có tang; tin khẩn cấp vẫn phát · silence, as for a funeral; emergencies still sound."""
    return mute_order, timedelta(hours=hours)


@order.command()
@click.option(
    "--seconds", default=5.0, show_default=True, type=click.FloatRange(0, LONGEST_TONE, min_open=True), help="Dài bao lâu · how long"
)
@click.option(
    "--within",
    default=10.0,
    show_default=True,
    type=click.FloatRange(1, 60),
    help="Phát trong mấy phút, quá giờ thì thôi · within how many minutes, else never",
)
@_ordering
def tone(seconds: float, within: float) -> tuple[Make, timedelta]:
    """Phát âm thử một lần, không vào giờ yên tĩnh · one test tone, never in quiet hours."""
    return lambda given: tone_order(given, seconds), timedelta(minutes=within)


@order.command()
@SITE
@CHANNEL
@OPS
@ONLINE
@REASON
@click.option("--grant", required=True, help="Quyền nói trực tiếp trong gói nội dung · the live grant in the released bundle")
@click.option("--minutes", required=True, type=click.FloatRange(0, 60, min_open=True), help="Nói bao lâu · for how long")
@click.option("--file", "recording", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Bản ghi âm · a recording")
@click.option("--microphone", metavar="DEVICE", help="Micrô của máy này, ví dụ default · this machine's microphone, e.g. default")
@click.option(
    "--lead",
    default=8.0,
    show_default=True,
    help="Số giây chuẩn bị, để loa nối trước khi bắt đầu · seconds for units to connect before it begins",
)
@click.option(
    "--linger", default=10.0, show_default=True, help="Số giây để loa nói hết phần đã nhận · seconds for units to say what they hold"
)
@PASSPHRASES
def live(
    site: Path,
    channel: str,
    ops_key: Path,
    online_key: Path,
    reason: str,
    grant: str,
    minutes: float,
    recording: Path | None,
    microphone: str | None,
    lead: float,
    linger: float,
    ask: Ask,
) -> None:
    """Nói trực tiếp theo quyền đã duyệt · speak live under a grant that two persons signed.

    Ctrl-C để thôi. Không có --file và --microphone thì in ra địa chỉ và mã bí mật để chương trình khác nói vào.
    Ctrl-C ends it. Without --file and --microphone it says where another programme may speak, and its secret.
    """
    if recording is not None and microphone is not None:
        raise click.UsageError("Chọn một / choose one: --file, --microphone")
    # Decoders and a web client are no affair of whoever signs anything else.
    from registry.live.encoding import from_file, from_microphone
    from registry.live.speaking import speak

    with refusing():
        tree, key, online, now = Site(site), load_key(ops_key, ask), load_key(online_key, ask), clock()
        begins = now + timedelta(seconds=lead)
        found, secret = live_order(tree, channel, Given(key.person, begins, timedelta(minutes=minutes), reason), grant)
        pieces = from_file(recording, lead) if recording is not None else from_microphone(microphone) if microphone is not None else None
        give(tree, channel, found.order, key, online, now)
        if pieces is None:
            click.echo(f"POST {found.url}\nAuthorization: Bearer {secret}")
            return
        click.secho(f"Bắt đầu nói sau {lead:g} giây · begin to speak in {lead:g} seconds", bold=True)
        try:
            kept = asyncio.run(speak(found.url, secret, pieces, lead + minutes * 60))
        except BaseException:
            take_back(tree, channel, found.order.id, key, online)
            raise
        with publishing(tree, channel):
            at = clock()
            shorter = ending(released_orders(tree, channel), channel, found.order.id, at + timedelta(seconds=linger))
            tell(release_at_once(tree, shorter, [key], online, at))
        click.echo(f"Đã nói / said {kept.size} byte, sha256 {kept.sha256}: {kept.ended}")


@order.command()
@click.option("--hours", default=4.0, show_default=True, type=click.FloatRange(0, 168, min_open=True), help="Trong hạn · within")
@_ordering
def service(hours: float) -> tuple[Make, timedelta]:
    """Mở trang kỹ thuật của thiết bị --unit một lần, có PIN trên bảng · open a unit's own service page once; the PIN is on its board."""
    return service_order, timedelta(hours=hours)


@order.command()
@WITHIN
@_ordering
def screenshot(minutes: float) -> tuple[Make, timedelta]:
    """Chụp hình bảng của thiết bị --unit · a picture of what the boards of named units show; it comes with their answers."""
    return screenshot_order, timedelta(minutes=minutes)


@order.command()
@WITHIN
@_ordering
def reboot(minutes: float) -> tuple[Make, timedelta]:
    """Khởi động lại thiết bị --unit khi loa không phát · reboot named units once, never while they sound."""
    return reboot_order, timedelta(minutes=minutes)


@order.command()
@click.option("--program", required=True, type=click.Choice([str(each) for each in LogOf]), help="Chương trình nào · of which program")
@click.option(
    "--lines", default=100, show_default=True, type=click.IntRange(1, MOST_LINES), help="Mấy dòng cuối · how many of the last lines"
)
@WITHIN
@_ordering
def log(program: str, lines: int, minutes: float) -> tuple[Make, timedelta]:
    """Lấy mấy dòng nhật ký cuối của thiết bị --unit · the last lines of a program's log; they come with the answers."""
    return lambda given: log_order(given, LogOf(program), lines), timedelta(minutes=minutes)


@order.command()
@WITHIN
@_ordering
def report(minutes: float) -> tuple[Make, timedelta]:
    """Báo cáo đầy đủ ngay, không đợi đến hạn · units report everything at once."""
    return report_order, timedelta(minutes=minutes)


@order.command()
@click.option(
    "--hours",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0, LONGEST_TUNNEL.total_seconds() / 3600, min_open=True),
    help="Trong bao nhiêu giờ · for how long",
)
@_ordering
def tunnel(hours: float) -> tuple[Make, timedelta]:
    """Mở đường hỗ trợ của thiết bị --unit, nếu unit.toml ở đó cho phép · open a unit's support tunnel, where its own settings name one."""
    return tunnel_order, timedelta(hours=hours)


@order.command("list")
@SITE
@CHANNEL
def listed(site: Path, channel: str) -> None:
    """Các lệnh đang có · the orders released now, with those that ended lately."""
    with refusing():
        found, now = released_orders(Site(site), channel), clock()
    for each in found.orders if found else ():
        click.secho(f"- {order_line(each)}", dim=each.expires <= now)
    if not (found and found.orders):
        click.echo("Không có lệnh nào · there are no orders")


@order.command()
@click.argument("identifier")
@SITE
@CHANNEL
@OPS
@ONLINE
@PASSPHRASES
def revoke(identifier: str, site: Path, channel: str, ops_key: Path, online_key: Path, ask: Ask) -> None:
    """Bỏ một lệnh trước hạn · take an order back before it expires."""
    with refusing():
        take_back(Site(site), channel, identifier, load_key(ops_key, ask), load_key(online_key, ask))


def give(tree: Site, channel: str, made: Order, key: PersonKey, online: PersonKey, now: datetime) -> None:
    """Sign and release *made* beside the present orders, and say under which name it may be revoked."""
    # Two orders at once must both arrive: the list they are added to is read and released under one lock.
    with publishing(tree, channel):
        tell(release_at_once(tree, with_order(released_orders(tree, channel), channel, made, now), [key], online, now))
    click.echo(order_line(made))


def take_back(tree: Site, channel: str, identifier: str, key: PersonKey, online: PersonKey) -> None:
    """Release the present orders without this one."""
    with publishing(tree, channel):
        now = clock()
        tell(release_at_once(tree, without_order(released_orders(tree, channel), channel, identifier, now), [key], online, now))


def checked(make: Make, given: Given) -> Order:
    """The order, or ``Refused`` for what the person typed."""
    try:
        return make(given)
    except ValidationError as problem:
        raise Refused(*complaints(problem, "order")) from None


def _local(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("viết như / write it like 2026-12-31T06:00", param_hint="--from") from None
    return found.replace(tzinfo=found.tzinfo or HERE).astimezone(UTC)
