"""Hand-built decisions with invented content: what the tests and the pictures of the documentation show."""

from datetime import UTC, datetime, timedelta

from bundle.alert import Alert, AlertText, MessageType, RiskLevel, Status
from bundle.asset import MediaType, Picture
from bundle.base import BulletinClass
from bundle.items import Notice, Provenance, SponsorMark, Wording
from director.decision import AlertPage, BuiltInPage, CaptionPage, NoticePage, ScreenDecision, Sign, TickerLine, Why
from display.look.eyes import Eyes
from display.look.glass import Glass, glass

NOW = datetime(2026, 11, 21, 0, 45, tzinfo=UTC)
CHANNEL = "vn.20.06001"
WHO = Provenance(author="Lò Thị Mẩy", approver="Vàng A Sử", issuing_body="UBND xã Suối Trong", document_number="Số 12/TB-UBND")
CONTACT = "Nhà văn hóa thôn · ĐT 0200 000 000"

SHORT = "Mời bà con dự họp thôn lúc **19 giờ thứ Bảy, 21/11**, tại nhà văn hóa.\n\nNội dung:\n\n- Bình xét hộ nghèo\n- Quỹ khuyến học"
TABLE = """Trạm y tế xã tiêm chủng cho trẻ em dưới 5 tuổi theo lịch sau. Mang theo **sổ tiêm chủng**.

| Ngày | Thôn | Giờ |
|------|------|-----|
| Thứ Hai 23/11 | Bản Lầu, Bản Xen | 7 giờ 30 |
| Thứ Ba 24/11 | Suối Trong Thượng | 7 giờ 30 |
| Thứ Tư 25/11 | Suối Trong Hạ, Nà Khương | 13 giờ 30 |
"""
_SENTENCES = (
    "Ủy ban nhân dân xã Suối Trong thông báo về việc phòng, chống rét đậm, rét hại cho cây trồng, vật nuôi trong vụ đông xuân.",
    "Các hộ chăn nuôi che chắn chuồng trại, giữ nền chuồng khô ráo, dự trữ đủ rơm khô và thức ăn tinh cho trâu, bò.",
    "Khi nhiệt độ xuống dưới 12 độ C, không chăn thả hoặc cho gia súc cày kéo; cho uống nước ấm pha muối.",
    "Không gieo mạ, cấy lúa trong những ngày rét đậm; che phủ ni lông cho mạ đã gieo và giữ nước mặt ruộng từ 2 đến 3 xăng-ti-mét.",
    "Trưởng thôn kiểm tra từng hộ, báo cáo tình hình về Ủy ban nhân dân xã trước 16 giờ hằng ngày.",
)
LONG = "\n\n".join(
    ["## 1. Đối với vật nuôi", " ".join(_SENTENCES), "## 2. Đối với cây trồng", " ".join(_SENTENCES[::-1])]
    + [f"{n}. {_SENTENCES[n % 5]}" for n in range(1, 6)]
    + ["## 3. Tổ chức thực hiện", " ".join(_SENTENCES[1:])]
)
KHMER = "អញ្ជើញបងប្អូនទាំងអស់ចូលរួមប្រជុំភូមិនៅម៉ោង ៧ យប់ ថ្ងៃសៅរ៍ នៅផ្ទះវប្បធម៌។\n\nស្ត្រីមានផ្ទៃពោះ និងកុមារ សូមទៅចាក់វ៉ាក់សាំងនៅមណ្ឌលសុខភាពឃុំ។"
HMONG = "Nyob zoo cov kwv tij. Hnub Saturday thaum 7 teev tsaus ntuj muaj rooj sib tham hauv tsev kab lis kev cai.\n\nThov tuaj."


def notice(name: str, title: str, body: str, language: str = "vi", **more: object) -> NoticePage:
    """A notice of which *language* is shown."""
    wording = Wording(language=language, title=title, body=body)
    versions = (wording,) if language == "vi" else (Wording(language="vi", title=title), wording)
    return NoticePage(CHANNEL, 3, Notice(id=name, provenance=WHO, versions=versions, **more), wording, 2, 9)  # type: ignore[arg-type] # samples


def running_lines(*texts: str) -> tuple[TickerLine, ...]:
    """Running lines with these *texts*."""
    return tuple(TickerLine("vn.20", 1, f"chay-{n}", "vi", text) for n, text in enumerate(texts, 1))


def board(main: object, **more: object) -> ScreenDecision:
    """A decision around *main* with ticker and contact."""
    fields: dict[str, object] = {
        "until": None,
        "ticker": running_lines(
            "Chiều nay có mưa dông, bà con thu lúa phơi ngoài sân.", "Sáng thứ Hai thu gom rác thải nhựa tại đầu thôn."
        ),
        "area_name": "Xã Suối Trong",
        "contact": CONTACT,
    }
    return ScreenDecision(main=main, **{**fields, **more})  # type: ignore[arg-type] # samples


ALERT_TEXTS = {
    "vi": AlertText(
        language="vi",
        headline="Lũ quét trên suối Trong: rời khỏi ven suối ngay",
        description="Mưa rất to từ đêm qua, nước suối lên nhanh 2 mét mỗi giờ.",
        instruction="Đi ngay lên **nhà văn hóa thôn** hoặc trường học.\n\n- Không lội qua suối\n- Giúp người già, trẻ em",
        where="Bản Lầu, Bản Xen, Suối Trong Hạ",
    ),
    "en": AlertText(
        language="en",
        headline="Flash flood on the Trong stream: leave the banks now",
        instruction="Go up to the **village hall** or the school.\n\n- Do not cross the stream\n- Help the old and the young",
        where="Ban Lau, Ban Xen, Lower Suoi Trong",
    ),
}


def alert(level: RiskLevel, status: Status = Status.ACTUAL, languages: tuple[str, ...] = ("vi", "en")) -> AlertPage:
    """A flood warning at *level*."""
    found = Alert(
        sender="pctt.vn20",
        identifier="LQ-2026-07",
        sent=NOW,
        status=status,
        message_type=MessageType.ALERT,
        event="Lũ quét",
        level=level,
        expires=NOW + timedelta(hours=11),
        versions=tuple(ALERT_TEXTS[language] for language in ("vi", "en")),
        provenance=WHO,
    )
    return AlertPage("vn.20", found, tuple(ALERT_TEXTS[language] for language in languages))


def picture(sha256: str, width: int, height: int) -> Picture:
    """A PNG of this size."""
    return Picture(sha256=sha256, size=1000, media=MediaType.PNG, width=width, height=height)


SPONSOR = SponsorMark(
    id="tai-tro", provenance=WHO, sponsor="Hợp tác xã Chè Suối Trong", contract="HĐ 03/2026", picture=picture("5" * 64, 600, 200), share=0.1
)


def panel(size: tuple[int, int]) -> Glass:
    """A 55-inch panel that has *size* pixels, seen from 5 metres."""
    return glass(size, eyes=Eyes(0.63 * 1080 / min(size), 5.0))


LINK = "https://suoitrong.example/tin/12"


def gallery() -> dict[str, ScreenDecision]:
    """One decision per kind of page."""
    found = {
        "builtin": board(BuiltInPage(Why.NO_CONTENT), ticker=()),
        "short": board(notice("hop-thon", "Họp thôn tối thứ Bảy", SHORT)),
        "table": board(notice("tiem-chung", "Lịch tiêm chủng tháng 11 cho trẻ em", TABLE, link=LINK)),
        "long": board(
            notice(
                "chong-ret", "Phòng, chống rét đậm, rét hại cho cây trồng, vật nuôi", LONG, link=LINK, bulletin_class=BulletinClass.PRIORITY
            )
        ),
        "khmer": board(notice("khmer", "ប្រជុំភូមិយប់ថ្ងៃសៅរ៍", KHMER, "km")),
        "hmong": board(notice("hmong", "Rooj sib tham hauv zos", HMONG, "hmn"), sponsor=SPONSOR),
        "pdf": board(notice("pdf", "Quyết định về nông thôn mới", "", pictures=(picture("a" * 64, 1240, 1754),))),
        "signs": board(
            notice("nuoc-sach", "Tạm ngừng cấp nước sạch", "Ngừng từ 8 giờ đến 11 giờ. 💧"),
            signs=(Sign.OLD_CONTENT, Sign.CLOCK_UNKNOWN),
            as_of=NOW,
        ),
        "caption": board(
            CaptionPage(CHANNEL, 3, "ban-tin-sang", Wording(language="vi", title="Bản tin sáng", body=" ".join(_SENTENCES[:3])), "occ")
        ),
        "exercise": board(alert(RiskLevel.RED, Status.EXERCISE)),
        "test": board(alert(RiskLevel.LIGHT_YELLOW, Status.TEST)),
    }
    return found | {f"alert-{level.name.lower()}": board(alert(level)) for level in RiskLevel}
