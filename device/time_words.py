"""What is said to people about the clock: its state, who vouches for it, and why the RTC does not; Vietnamese, English."""

from device.timekeeping import Disbelief, RtcDoubt
from evidence.records import ClockState, TimeSource

STATES = {
    ClockState.TRUSTED: ("tin được", "trusted"),
    ClockState.HOLDOVER: ("chạy tiếp từ lần chỉnh trước", "holdover"),
    ClockState.UNKNOWN: ("chưa tin được", "unknown"),
}

SOURCES = {
    TimeSource.NTP: ("giờ mạng hoặc GNSS", "network time or GNSS"),
    TimeSource.RTC: ("RTC có pin", "battery-backed RTC"),
    TimeSource.NONE: ("không có nguồn giờ nào bảo đảm", "no source of time vouches for it"),
}

DISBELIEFS = {
    Disbelief.BEHIND: (
        "giờ hệ thống đứng trước ngày ký mới nhất đã nhận",
        "the system time stands before the newest signed date received",
    ),
    Disbelief.AHEAD: (
        "giờ hệ thống chạy trước nhiều năm so với ngày ký mới nhất",
        "the system time is years ahead of the newest signed date",
    ),
    Disbelief.STEPPED: (
        "có người chỉnh giờ bằng tay, không nguồn nào bảo đảm",
        "somebody set the time by hand and no source vouches for it",
    ),
    Disbelief.UNVOUCHED: (
        "từ khi khởi động chưa có nguồn giờ nào bảo đảm",
        "since this boot no source has vouched for the time",
    ),
}

DOUBTS = {
    RtcDoubt.ABSENT: ("không có RTC", "there is no RTC"),
    RtcDoubt.STOPPED: ("RTC báo đã dừng hoặc hết pin", "the RTC says that it stopped or that its battery is empty"),
    RtcDoubt.UNTOLD: ("RTC không cho biết nó có từng dừng hay không", "the RTC does not tell whether it ever stopped"),
    RtcDoubt.UNCHECKED: ("RTC chưa được đối chiếu với giờ mạng", "the RTC was never checked against network time"),
    RtcDoubt.BEHIND: ("RTC chạy lùi so với lần đối chiếu trước", "the RTC stands before its own last check"),
    RtcDoubt.DRIFTED: ("RTC đã quá lâu không được đối chiếu", "the RTC was not checked for too long"),
    RtcDoubt.DISAGREES: ("RTC và giờ hệ thống khác nhau", "the RTC and the system time disagree"),
}

REMEDIES = {
    RtcDoubt.ABSENT: (
        "nơi không có sóng cần RTC có pin, nếu không loa sẽ không phát bài thường sau khi mất điện",
        "a site without coverage needs an RTC with a battery, else no routine sound after a power cut",
    ),
    RtcDoubt.STOPPED: (
        "thay pin RTC, rồi nối mạng 15 phút để đặt lại",
        "replace the RTC's battery, then connect for 15 minutes to set it again",
    ),
    RtcDoubt.UNTOLD: (
        'cho phép đọc /dev/rtc0; với Pi 5 hoặc DS3231 ghi rtc_proof = "restart" trong [clock]; loại khác thì dùng PCF8523 hoặc RV3028',
        'let /dev/rtc0 be read; on a Pi 5 or DS3231 set rtc_proof = "restart" in [clock]; else use a PCF8523 or RV3028',
    ),
    RtcDoubt.UNCHECKED: (
        "nối mạng 15 phút khi chương trình agent đang chạy",
        "connect for 15 minutes while the agent runs",
    ),
    RtcDoubt.BEHIND: (
        "kiểm tra pin RTC, rồi nối mạng 15 phút để đặt lại",
        "look at the RTC's battery, then connect for 15 minutes to set it again",
    ),
    RtcDoubt.DRIFTED: (
        "nối mạng 15 phút, hoặc dùng RTC bù nhiệt và ghi rtc_drift_ppm trong [clock]",
        "connect for 15 minutes, or use a temperature-compensated RTC and set rtc_drift_ppm in [clock]",
    ),
    RtcDoubt.DISAGREES: (
        "chạy chronyd với -s để lấy giờ từ RTC khi khởi động, rồi khởi động lại thiết bị",
        "run chronyd with -s so that the RTC sets the system at boot, then restart the unit",
    ),
}


def unknown_clock(why: Disbelief, doubt: RtcDoubt | None) -> tuple[str, str]:
    """Why the clock is not believed, and what the RTC could not do about it."""
    parts = [DISBELIEFS[why], *([DOUBTS[doubt]] if doubt else [])]
    return "; ".join(part[0] for part in parts), "; ".join(part[1] for part in parts)
