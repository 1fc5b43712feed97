"""The words of the pages, Vietnamese first and English second, and how times and ages are written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.alert import RiskLevel, Status
from evidence.records import Outcome, Rung
from registry.cards.overview import CardState
from registry.fleet.states import State
from registry.people.roles import Role

Pair = tuple[str, str]

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

STATES: dict[State, Pair] = {
    State.SILENT_FAULT: ("Hỏng, không phát", "silent fault"),
    State.OVERDUE: ("Mất liên lạc quá hạn", "no contact, overdue"),
    State.DEGRADED: ("Phát được, có lỗi", "degraded"),
    State.SILENCED: ("Tắt tiếng tại chỗ", "silenced on site"),
    State.MAINTENANCE: ("Đang bảo trì", "under maintenance"),
    State.EXPECTED: ("Chưa đến hẹn liên lạc", "no contact, expected"),
    State.QUIET: ("Yên lặng theo quy định", "quiet by rule"),
    State.READY: ("Sẵn sàng", "ready"),
    State.PLAYING: ("Đang phát", "playing"),
}

# The mark says the same as the colour, for those who do not see the colour.
MARKS: dict[State, str] = {
    State.SILENT_FAULT: "✕",
    State.OVERDUE: "?",
    State.DEGRADED: "!",
    State.SILENCED: "‖",
    State.MAINTENANCE: "⚒",
    State.EXPECTED: "…",
    State.QUIET: "☾",
    State.READY: "●",
    State.PLAYING: "▶",
}

RUNGS: dict[Rung, Pair] = {
    Rung.UNKNOWN: ("chưa rõ", "unknown"),
    Rung.COMMANDED: ("đã ra lệnh", "commanded"),
    Rung.LEFT_DRIVER: ("đã ra loa", "left the driver"),
    Rung.ELECTRICAL: ("có tín hiệu ra loa", "electrical"),
    Rung.HEARD: ("micrô nghe được", "heard"),
}

OUTCOMES: dict[Outcome, Pair] = {
    Outcome.STARTED: ("đã bắt đầu", "started"),
    Outcome.COMPLETE: ("trọn vẹn", "complete"),
    Outcome.INTERRUPTED: ("bị ngắt", "interrupted"),
    Outcome.FAILED: ("không được", "failed"),
    Outcome.MISSED: ("bỏ lỡ", "missed"),
    Outcome.REFUSED_BY_RULE: ("không phát theo quy định", "refused by rule"),
}

CARDS: dict[CardState, Pair] = {
    CardState.DOUBTED: ("bị sao chép?", "copied?"),
    CardState.LATE: ("báo về trễ, chưa nhận", "came late, not let in"),
    CardState.OVERDUE: ("quá hạn, chưa từng báo về", "overdue, never heard of"),
    CardState.PREPARED: ("chưa dùng", "prepared"),
    CardState.USED: ("đã ghi danh", "enrolled"),
    CardState.REVOKED: ("đã thu hồi", "revoked"),
}

ROLES: dict[Role, Pair] = {
    Role.WATCHER: ("theo dõi", "watcher"),
    Role.OPERATOR: ("vận hành", "operator"),
    Role.ADMINISTRATOR: ("quản trị", "administrator"),
}

LEVELS: dict[RiskLevel, Pair] = {
    RiskLevel.LIGHT_BLUE: ("xanh nhạt", "light blue"),
    RiskLevel.LIGHT_YELLOW: ("vàng nhạt", "light yellow"),
    RiskLevel.ORANGE: ("da cam", "orange"),
    RiskLevel.RED: ("đỏ", "red"),
    RiskLevel.PURPLE: ("tím", "purple"),
}

STATUSES: dict[Status, Pair] = {
    Status.ACTUAL: ("THẬT", "actual"),
    Status.EXERCISE: ("DIỄN TẬP", "exercise"),
    Status.TEST: ("THỬ NGHIỆM", "test"),
    Status.SYSTEM: ("hệ thống", "system"),
    Status.DRAFT: ("bản nháp", "draft"),
}

OUTPUTS: dict[str, Pair] = {"board": ("Bảng", "board"), "speaker": ("Loa", "speaker")}


# What a unit said before it fell silent is no news of now.
NOW: Pair = ("Lúc này", "now")
LAST_KNOWN: Pair = ("Lần cuối còn biết", "last known")


def moment(kept: str) -> datetime:
    """A time as the tables keep it."""
    return datetime.fromisoformat(kept)


def local_time(when: datetime) -> str:
    """As people here write it: 07:05 21/11/2026."""
    return when.astimezone(LOCAL).strftime("%H:%M %d/%m/%Y")


def hour(when: datetime) -> str:
    """The time of a day that is already named: 07:05."""
    return when.astimezone(LOCAL).strftime("%H:%M")


def age(then: datetime | None, now: datetime) -> Pair:
    """How long ago, in the largest unit that says enough."""
    if then is None:
        return ("chưa từng", "never")
    gone = max(now - then, timedelta())
    if gone < timedelta(minutes=1):
        return ("vừa xong", "just now")
    if gone < timedelta(hours=1):
        return (f"{gone.seconds // 60} phút trước", f"{gone.seconds // 60} min ago")
    if gone < timedelta(days=1):
        return (f"{gone.seconds // 3600} giờ trước", f"{gone.seconds // 3600} h ago")
    return (f"{gone.days} ngày trước", f"{gone.days} d ago")


def utc(when: datetime) -> str:
    """For machines."""
    return when.astimezone(UTC).isoformat(timespec="seconds")
