"""The words of an archive's page. Part of the format: a page of an old archive is compared with what these words make of its proofs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from evidence.records import ClockState, Outcome, Rung

Pair = tuple[str, str]

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

RUNGS: dict[Rung, Pair] = {
    Rung.UNKNOWN: ("chưa rõ", "unknown"),
    Rung.COMMANDED: ("đã ra lệnh", "commanded"),
    Rung.LEFT_DRIVER: ("đã rời máy", "left the driver"),
    Rung.ELECTRICAL: ("có điện ra loa", "electrical"),
    Rung.HEARD: ("micro nghe được", "heard"),
}
OUTCOMES: dict[Outcome, Pair] = {
    Outcome.STARTED: ("đã bắt đầu", "started"),
    Outcome.COMPLETE: ("trọn vẹn", "complete"),
    Outcome.INTERRUPTED: ("bị ngắt", "interrupted"),
    Outcome.FAILED: ("không được", "failed"),
    Outcome.MISSED: ("bỏ lỡ", "missed"),
    Outcome.REFUSED_BY_RULE: ("không phát theo quy định", "refused by rule"),
}
CLOCKS: dict[ClockState, Pair] = {
    ClockState.TRUSTED: ("đồng hồ tin được", "trusted clock"),
    ClockState.HOLDOVER: ("đồng hồ tự chạy tiếp", "holdover"),
    ClockState.UNKNOWN: ("đồng hồ chưa tin được", "unknown clock"),
}
MISSING: dict[str, Pair] = {
    "lost-on-unit": ("thiết bị ghi rằng đã mất (ví dụ mất điện)", "the unit itself says they were lost, for example by a power cut"),
    "signature-not-kept": ("sổ trung tâm có, bản ký không còn giữ", "the registry has them, their signed report is no longer kept"),
    "no-report": ("không có báo cáo nào", "no report holds them"),
}


def local(when: datetime) -> str:
    """07:05:09 21/11/2026, local time."""
    return when.astimezone(LOCAL).strftime("%H:%M:%S %d/%m/%Y")


def utc(when: datetime) -> str:
    """The same for machines."""
    return when.isoformat(timespec="milliseconds")
