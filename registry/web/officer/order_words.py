"""The words of orders: what each is called, and what became of it."""

from bundle.orders import LogOf, OrderKind
from registry.fleet.ordered import Fate
from registry.web.words import Pair

KINDS: dict[OrderKind, Pair] = {
    OrderKind.SCREENSHOT: ("Chụp màn hình", "screenshot"),
    OrderKind.REPORT: ("Báo cáo ngay", "report now"),
    OrderKind.TONE: ("Âm thử 5 giây", "test tone, 5 s"),
    OrderKind.VOLUME: ("Âm lượng", "volume"),
    OrderKind.MUTE: ("Im tiếng", "mute"),
    OrderKind.LOG: ("Nhật ký", "log"),
    OrderKind.REBOOT: ("Khởi động lại", "reboot"),
    OrderKind.SERVICE: ("Mở trang kỹ thuật", "service page"),
    OrderKind.TUNNEL: ("Đường hỗ trợ từ xa", "support tunnel"),
    OrderKind.LIVE: ("Nói trực tiếp", "live"),
}

FATES: dict[Fate, Pair] = {
    Fate.SENT: ("đã gửi, thiết bị chưa trả lời", "sent, not yet answered"),
    Fate.ARRIVED: ("thiết bị đã nhận", "arrived"),
    Fate.DONE: ("đã làm", "done"),
    Fate.REFUSED: ("thiết bị từ chối", "refused"),
    Fate.FAILED: ("không làm được", "failed"),
    Fate.TOO_LATE: ("đến quá muộn", "too late"),
    Fate.UNANSWERED: ("hết hạn, không rõ", "expired, not known"),
}

MARKS: dict[Fate, str] = {
    Fate.SENT: "…",
    Fate.ARRIVED: "↓",
    Fate.DONE: "✓",
    Fate.REFUSED: "✕",
    Fate.FAILED: "✕",
    Fate.TOO_LATE: "✕",
    Fate.UNANSWERED: "?",
}

PROGRAMS: dict[LogOf, str] = {
    LogOf.AGENT: "nhận và báo cáo",
    LogOf.DISPLAY: "bảng",
    LogOf.AUDIO: "tiếng",
    LogOf.AMPLIFIER: "tăng âm",
    LogOf.PROVISIONING: "lắp đặt",
    LogOf.UPGRADE: "nâng cấp",
    LogOf.REBOOT: "khởi động lại",
}
"""The logs that an officer is offered; the rest are for whoever types."""

AT_ONCE = (OrderKind.SCREENSHOT, OrderKind.REPORT, OrderKind.TONE, OrderKind.REBOOT)
"""What needs no further word."""
