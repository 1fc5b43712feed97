"""What is stopped on this unit or ordered, by whom and until when, in sentences: Vietnamese, then English."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bundle.manifest import items
from bundle.orders import (
    LiveOrder,
    LogOrder,
    MachineOrder,
    MuteOrder,
    Order,
    RebootOrder,
    ReportOrder,
    ScreenshotOrder,
    ServiceOrder,
    ToneOrder,
    TunnelOrder,
    VolumeOrder,
)
from director.happened import Happened
from director.moment import Moment
from director.orders import given
from director.programme import Cell, Programme
from director.rules import kills

Pair = tuple[str, str]


def standing_still(programme: Programme) -> Iterator[Pair]:
    """Why the whole unit stands still, each reason with whoever can lift it."""
    if not programme.site.confirmed:
        yield (
            "Chưa được phép phát: kỹ thuật viên phải xác nhận nơi lắp tại chỗ (bangtin provision confirm).",
            "Nothing sounds yet: a technician must confirm the site there (bangtin provision confirm).",
        )
    if programme.stopped_on_site:
        yield (
            "Đang dừng bằng công tắc tại chỗ, đến khi người phụ trách mở lại tại chỗ (bangtin provision reset-stop).",
            "Stopped at the unit's own switch, until a duty holder resets it on site.",
        )
    zone = ZoneInfo(programme.site.timezone)
    for channel, kill in kills(programme):
        since = f"{kill.since.astimezone(zone):%H:%M %d/%m/%Y}"
        yield (
            f"Lệnh dừng của {channel} từ {since}: {kill.reason}. Chỉ {channel} hoặc cấp trên gỡ được.",
            f"Stop order of {channel} since {since}. Only {channel} or a level above can lift it.",
        )


def orders_standing(programme: Programme, moment: Moment, happened: Happened) -> Iterator[Pair]:
    """What one person ordered that holds at *moment*, with who and until when."""
    zone = ZoneInfo(programme.site.timezone)
    for each in given(programme, moment, happened):
        if each.stands(moment.wall):
            until, kind = f"{each.ends.astimezone(zone):%H:%M %d/%m/%Y}", _order_words(each.order)
            yield (
                f"Lệnh vận hành của {each.cell.channel}: {kind[0]}, {each.order.person} ra, đến {until}: {each.order.reason}.",
                f"Order of {each.cell.channel}: {kind[1]}, by {each.order.person}, until {until}.",
            )


def _order_words(order: Order) -> Pair:
    match order:
        case VolumeOrder():
            return f"âm lượng {order.volume:g} dB", f"volume {order.volume:g} dB"
        case MuteOrder():
            return "im tiếng, trừ tin khẩn cấp", "muted but for emergencies"
        case ToneOrder():
            return f"âm thử {order.seconds:g} giây", f"a test tone of {order.seconds:g} seconds"
        case LiveOrder():
            return f"nói trực tiếp ({order.grant})", f"live voice ({order.grant})"
        case _:
            return _machine_words(order)


def _machine_words(order: MachineOrder) -> Pair:
    match order:
        case ServiceOrder():
            return "mở trang kỹ thuật", "the service page opens"
        case ScreenshotOrder():
            return "chụp màn hình bảng", "a picture of the board"
        case RebootOrder():
            return "khởi động lại một lần", "one reboot"
        case LogOrder():
            return f"gửi {order.lines} dòng nhật ký của {order.program}", f"{order.lines} lines of the log of {order.program}"
        case ReportOrder():
            return "báo cáo đầy đủ ngay", "a full report at once"
        case TunnelOrder():
            return "mở đường hỗ trợ", "the support tunnel opens"


def withdrawals(cell: Cell) -> Iterator[Pair]:
    """What *cell* took off the air: each withdrawal with whether it still reaches the content in force, and ended alerts."""
    if cell.stop is None:
        return
    there = {item.id for item in items(cell.bundle)} if cell.bundle else set()
    for stop in cell.stop.withdrawn:
        reaches = cell.bundle is not None and stop.item in there and cell.bundle.version <= stop.version
        yield (
            f"Đã rút tin {stop.item} (đến bản {stop.version}): {stop.reason}." + ("" if reaches else " Bản hiện nay không còn bị rút."),
            f"Withdrawn: {stop.item} up to version {stop.version}." + ("" if reaches else " The content in force is newer or lacks it."),
        )
    if ended := ", ".join(reference.identifier for reference in cell.stop.cancelled):
        yield f"Đã chấm dứt cảnh báo: {ended}.", f"Alerts ended: {ended}."
    for lifting in cell.stop.lifted:
        yield f"Đã gỡ lệnh dừng của {lifting.channel}.", f"Stop order of {lifting.channel} lifted."
