"""The board's own words, Vietnamese first, English second; everything else on it is somebody's content."""

from datetime import datetime
from typing import NamedTuple, TypeAlias

from display.pages.lunar import lunar_date

NAME = "bảng tin"
FULL_NAME = "Bảng tin điện tử công cộng"

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")

NOTICE = "THÔNG BÁO"
PRIORITY, PRIORITY_SHORT = "THÔNG BÁO ƯU TIÊN", "ƯU TIÊN"
MORE, MORE_SHORT = "còn tiếp · more ▸", "còn tiếp ▸"
END, END_SHORT = "hết · end ■", "hết ■"
FEEDBACK = "Góp ý, phản ánh"
PICTURE = "Hình ảnh kèm theo"
NO_PICTURE = "Hình ảnh của tin này chưa tải được."
OLD_CONTENT = "Thông tin đến ngày"
OLD_CONTENT_REST = "đang chờ bản tin mới"
CLOCK_UNKNOWN = "Giờ trên bảng chưa được kiểm chứng"
MUTED = "Loa tạm im tiếng, tin vẫn hiện trên bảng"
NOT_RECEIVED = "Không thu được chương trình đài cấp trên"
SPONSOR = "Đơn vị tài trợ"
SPEAKING, SPEAKING_SHORT = "LOA ĐANG PHÁT · ON AIR", "LOA ĐANG PHÁT"

EMERGENCY, EMERGENCY_SHORT = "TIN KHẨN CẤP", "KHẨN CẤP"
EXERCISE = "DIỄN TẬP"
EXERCISE_BAND = "DIỄN TẬP – KHÔNG PHẢI THẬT – EXERCISE"
TEST = "THỬ NGHIỆM"
TEST_BAND = "THỬ NGHIỆM – KHÔNG PHẢI THẬT – TEST"

# In place of an emergency whose own words cannot be drawn: headline, what to do, where.
OWN_WORDS = {
    "vi": ("Có tin khẩn cấp", "Nghe loa và hỏi ngay Trưởng thôn: bảng không hiện được lời của tin này.", "Nơi đặt bảng này"),
    "en": (
        "There is an emergency",
        "Listen to the loudspeaker and ask the village head: the board cannot show its words.",
        "Around this board",
    ),
}


class Labels(NamedTuple):
    """What stands beside somebody's words, in their language; *colours* are those of the levels from 1 to 5."""

    what_to_do: str
    where: str
    until: str
    open_end: str
    sent: str
    contact: str
    link: str
    scan: str
    level: str
    level_short: str
    colours: tuple[str, str, str, str, str]
    not_real: str


VIETNAMESE_LABELS = Labels(
    "CẦN LÀM NGAY",
    "Ở ĐÂU",
    "ĐẾN KHI NÀO",
    "cho đến khi có tin mới",
    "phát",
    "Liên hệ",
    "Xem thêm",
    "Quét mã",
    "CẤP ĐỘ",
    "CẤP",
    ("XANH DƯƠNG NHẠT", "VÀNG NHẠT", "DA CAM", "ĐỎ", "TÍM"),
    "KHÔNG PHẢI THẬT",
)
# Khmer and Hmong are for natives to check before a unit goes to a village that reads them.
LABELS = {
    "vi": VIETNAMESE_LABELS,
    "km": Labels(
        "ត្រូវធ្វើភ្លាម",
        "ទីកន្លែង",
        "រហូតដល់",
        "រហូតដល់មានដំណឹងថ្មី",
        "ផ្សាយ",
        "ទំនាក់ទំនង",
        "មើលបន្ថែម",
        "ស្កេនកូដ",
        "កម្រិត",
        "កម្រិត",
        ("ខៀវខ្ចី", "លឿងខ្ចី", "ទឹកក្រូច", "ក្រហម", "ស្វាយ"),
        "មិនមែនជាការពិត",
    ),
    "hmn": Labels(
        "YUAV TSUM UA TAM SIM NO",
        "QHOV TWG",
        "TXOG THAUM TWG",
        "mus txog thaum muaj xov tshiab",
        "xa tawm",
        "Hu rau",
        "Saib ntxiv",
        "Scan",
        "QIB",
        "QIB",
        ("XIAV KAJ", "DAJ KAJ", "TXIV KAB NTXWV", "LIAB", "TSAM XEM"),
        "TSIS YOG TIAG",
    ),
    "en": Labels(
        "WHAT TO DO",
        "WHERE",
        "UNTIL",
        "until further notice",
        "sent",
        "Contact",
        "More",
        "Scan",
        "LEVEL",
        "LEVEL",
        ("LIGHT BLUE", "LIGHT YELLOW", "ORANGE", "RED", "PURPLE"),
        "NOT REAL",
    ),
}


def labels(language: str) -> Labels:
    """Those of *language*; of one that has none the Vietnamese, which stand all around it."""
    return LABELS.get(language.split("-")[0], VIETNAMESE_LABELS)


Told: TypeAlias = tuple[str, str, str, str, str]
"""Why the built-in page stands there: two lines in Vietnamese, one in English, and the first in short and as short as can be."""

WAITING: Told = (
    "Đang chờ nội dung của xã.",
    "Tin sẽ tự hiện khi bảng nhận được.",
    "Waiting for content. Notices appear here by themselves.",
    "Chờ nội dung",
    "Chờ tin",
)
STOPPED: Told = (
    "Bảng tạm dừng theo lệnh của người có thẩm quyền.",
    "Tin sẽ trở lại khi lệnh được gỡ.",
    "Paused by the authority in charge.",
    "Tạm dừng",
    "Tạm dừng",
)
STOPPED_ON_SITE: Told = (
    "Thiết bị đã được dừng tại chỗ.",
    "Người phụ trách thiết bị sẽ mở lại.",
    "Stopped on site. The unit's duty holder will restart it.",
    "Dừng tại chỗ",
    "Đã dừng",
)
UNCONFIRMED: Told = (
    "Thiết bị đang được lắp đặt.",
    "Kỹ thuật viên chưa xác nhận nơi lắp.",
    "Being installed. The technician has not confirmed the site yet.",
    "Đang lắp đặt",
    "Lắp đặt",
)
HELP = "Cần giúp đỡ hoặc muốn góp ý: gặp Ủy ban nhân dân xã hoặc Tổ công nghệ số cộng đồng."
HELP_EN = "Help and feedback: commune office or the community digital team."


CLOCK_EMS = 2.9
"""How wide a clock of bold figures is in the fonts that every unit has, with some air, in ems."""
WIDEST_CLOCK = "00:00"
WIDEST_DATES = ("Chủ Nhật, 30/12/2026", "30/12 nhuận âm lịch")


def dates(day: datetime) -> tuple[str, ...]:
    """The date by the sun, and below it by the moon."""
    return date(day), str(lunar_date(day.date()))


def date(day: datetime) -> str:
    """Thứ Bảy, 21/11/2026."""
    return f"{WEEKDAYS[day.weekday()]}, {short_date(day)}"


def long_date(day: datetime) -> str:
    """Thứ Bảy, ngày 21 tháng 11 năm 2026."""
    return f"{WEEKDAYS[day.weekday()]}, ngày {day.day} tháng {day.month} năm {day.year}"


def short_date(day: datetime) -> str:
    """21/11/2026."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def clock(time: datetime) -> str:
    """07:05."""
    return f"{time.hour:02}:{time.minute:02}"


def hour_and_date(time: datetime) -> str:
    """07:05, 21/11/2026: in every language alike."""
    return f"{clock(time)}, {short_date(time)}"


def hour_and_day(time: datetime) -> str:
    """07:05 ngày 21/11/2026."""
    return f"{clock(time)} ngày {short_date(time)}"
