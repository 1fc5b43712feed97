"""The words of the fleet's pages, Vietnamese first and English second, and how health values are written."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any

from evidence.health import MB, BootReason, Health, LinkKind, Reserve, ScreenState
from evidence.records import Rung
from registry.fleet.alarms import Kind
from registry.fleet.coverage.verdicts import Mark
from registry.fleet.states import Link
from registry.web.words import RUNGS, Pair

UNKNOWN: Pair = ("chưa rõ", "unknown")

LINKS: dict[Link, Pair] = {Link.NETWORK: ("mạng", "network"), Link.COURIER: ("người mang USB", "courier")}

ALARMS: dict[Kind, Pair] = {
    Kind.COMMUNE: ("Cả xã có sự cố", "many units of a commune are down"),
    Kind.CLONED: ("Nghi thẻ nhớ bị sao chép", "a card may have been copied"),
    Kind.FOREIGN_KEY: ("Khóa lạ dùng tên thiết bị", "another key uses a unit's name"),
    Kind.REVOKED: ("Thiết bị đã thay thế vẫn báo cáo", "a replaced unit still reports"),
    Kind.UNIT: ("Thiết bị hỏng lâu", "a unit has been at fault for long"),
    Kind.CLOCK: ("Đồng hồ sai nhiều", "a clock is far off"),
    Kind.UNKNOWN: ("Thiết bị lạ gửi báo cáo", "an unknown unit reports"),
}

COVERAGE: dict[Mark, Pair] = {
    Mark.SHOWN: ("đã hiện", "shown"),
    Mark.HEARD: ("đã phát", "heard"),
    Mark.NOT_YET: ("chưa đủ", "not yet"),
    Mark.NOT_KNOWN: ("chưa rõ", "not known"),
    Mark.NO_UNIT: ("chưa có thiết bị", "no unit"),
}

# Shapes, because not everybody sees the colours.
SIGNS: dict[Mark, str] = {Mark.SHOWN: "▣", Mark.HEARD: "◉", Mark.NOT_YET: "○", Mark.NOT_KNOWN: "?", Mark.NO_UNIT: "–"}

_BOOTS: dict[BootReason, Pair] = {
    BootReason.FIRST: ("lần đầu", "the first"),
    BootReason.ORDERED: ("theo lệnh", "ordered"),
    BootReason.ORDERLY: ("tắt đúng cách", "orderly"),
    BootReason.POWER: ("mất điện", "power was lost"),
    BootReason.WATCHDOG: ("treo máy, tự khởi động lại", "watchdog"),
    BootReason.UNCLEAN: ("mất điện hoặc treo máy", "power cut or hang"),
}
_RESERVES: dict[Reserve, Pair] = {
    Reserve.NORMAL: ("bình thường", "normal"),
    Reserve.USED: ("đã dùng 80 %", "80 % used"),
    Reserve.URGENT: ("gần hết, thay thẻ", "nearly gone, replace it"),
}
_CARRIERS: dict[LinkKind, Pair] = {
    LinkKind.CABLE: ("cáp", "cable"),
    LinkKind.WIFI: ("Wi-Fi", "Wi-Fi"),
    LinkKind.MOBILE: ("di động", "mobile"),
    LinkKind.NONE: ("không có đường ra", "no way out"),
}
_SCREENS: dict[ScreenState, Pair] = {
    ScreenState.PRESENT: ("có cắm", "plugged in"),
    ScreenState.LOST: ("mất", "lost"),
    ScreenState.SIMULATED: ("mô phỏng", "simulated"),
}


def _same(text: str) -> Pair:
    return text, text


def _yes(value: Any) -> Pair:
    return ("có", "yes") if value else ("không", "no")


def _megabytes(value: Any) -> Pair:
    return _same(f"{value / MB:,.0f} MB")


def _lines(value: Any) -> Pair:
    on = ", ".join(name for name, active in sorted(value.items()) if active)
    return (f"lệnh bật: {on}", f"told on: {on}") if on else ("lệnh tắt hết", "all told off")


# Each value of `evidence.health.Health`: what it is called, and how it is written.
_HEALTH: dict[str, tuple[Pair, Callable[[Any], Pair]]] = {
    "boot": (("Lần khởi động này vì", "this boot because of"), _BOOTS.__getitem__),
    "sags": (("Nguồn yếu lúc này", "supply too low now"), _yes),
    "sagged": (("Nguồn từng yếu từ khi bật", "supply was too low since boot"), _yes),
    "celsius": (("Nhiệt độ", "temperature"), lambda value: _same(f"{value} °C")),
    "errors": (("Lỗi của thẻ nhớ", "errors of the card"), lambda value: _same(str(value))),
    "read_only": (("Thẻ nhớ chỉ đọc được", "card is read-only"), _yes),
    "reserve": (("Dự trữ của bộ nhớ", "spare blocks"), _RESERVES.__getitem__),
    "life": (("Tuổi thọ đã dùng", "life used"), lambda value: _same(f"{value} %")),
    "free": (("Chỗ trống trên thẻ", "free on the card"), _megabytes),
    "link": (("Đường truyền", "link"), _CARRIERS.__getitem__),
    "received": (("Nhận hôm nay", "received today"), _megabytes),
    "sent": (("Gửi hôm nay", "sent today"), _megabytes),
    "reports": (("Báo cáo còn chờ gửi", "reports waiting"), lambda value: _same(str(value))),
    "blobs": (("Tệp còn phải tải", "files to fetch"), lambda value: _same(str(value))),
    "screen": (("Màn hình", "screen"), _SCREENS.__getitem__),
    "lines": (("Các chân điều khiển loa", "amplifier lines"), _lines),
    "pressed": (("Công tắc dừng đang bấm", "stop switch pressed"), _yes),
    "stopped": (("Đang dừng tại chỗ", "stopped on site"), _yes),
}


def health(told: Health | None) -> Iterator[tuple[str, Pair, Pair | None]]:
    """(name, what it is called, its value) of everything that a unit's sensors may tell; no value is unknown, never good."""
    for name, (called, written) in _HEALTH.items():
        value = getattr(told, name) if told is not None else None
        yield name, called, None if value is None else written(value)


class Row(StrEnum):
    """The lines of a day's picture."""

    STATES = "states"
    BOARD = "board"
    VOICE = "voice"
    CONTACT = "contact"


ROWS: dict[Row, Pair] = {
    Row.STATES: ("Trạng thái", "state"),
    Row.BOARD: ("Bảng", "board"),
    Row.VOICE: ("Loa", "speaker"),
    Row.CONTACT: ("Liên lạc", "contact"),
}


def kind(stretch: str) -> Pair:
    """By which proof a stretch of a day is known."""
    return ("mô phỏng", "simulated") if stretch == "simulated" else RUNGS[Rung(int(stretch.removeprefix("rung-")))]


def lasting(time: timedelta) -> Pair:
    """As short as a table needs it."""
    hours, minutes = divmod(int(time.total_seconds() // 60), 60)
    return (f"{hours} giờ {minutes:02d} phút", f"{hours} h {minutes:02d}") if hours else (f"{minutes} phút", f"{minutes} min")
