"""Draws the pictures and the PDF of this folder again: python content/xa-an-phu/draw.py (needs cairo, Pango, Noto fonts)."""

import math
from pathlib import Path

import cairocffi as cairo
import pangocairocffi
import pangocffi

HERE = Path(__file__).parent
INK, RED, GREEN, GOLD, PAPER = (0.12, 0.14, 0.2), (0.72, 0.13, 0.13), (0.1, 0.45, 0.25), (0.95, 0.7, 0.15), (0.99, 0.97, 0.92)


def text(
    context: cairo.Context, words: str, place: tuple[float, float, float], font: str, colour: tuple[float, ...], centre: bool = False
) -> float:
    """Write *words* (Pango markup) at *place* (left, top, width) and return their height."""
    left, top, width = place
    layout = pangocairocffi.create_layout(context)
    layout.font_description = _font(font)
    layout.width = pangocffi.units_from_double(width)
    layout.alignment = pangocffi.Alignment.CENTER if centre else pangocffi.Alignment.LEFT
    layout.apply_markup(words)
    context.move_to(left, top)
    context.set_source_rgb(*colour[:3])
    pangocairocffi.show_layout(context, layout)
    return float(pangocffi.units_to_double(layout.get_size()[1]))


def _font(font: str) -> pangocffi.FontDescription:
    family, _, size = font.rpartition(" ")
    description = pangocffi.FontDescription()
    if family.endswith(" Bold"):
        family = family.removesuffix(" Bold")
        description.weight = pangocffi.Weight.BOLD
    description.family = family
    description.size = pangocffi.units_from_double(float(size))
    return description


def festival() -> None:
    """The poster of the cultural day: hills, a river, a row of flags and a thrown ball on its ribbon."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, 1600, 900)
    c = cairo.Context(surface)
    c.set_source_rgb(*PAPER)
    c.paint()
    for base, height, colour in ((620, 130, (0.55, 0.72, 0.55)), (690, 100, (0.35, 0.58, 0.4)), (760, 70, GREEN)):
        c.move_to(0, 900)
        for x in range(0, 1601, 10):
            c.line_to(x, base - height * math.sin(x / 190 + base))
        c.line_to(1600, 900)
        c.set_source_rgb(*colour)
        c.fill()
    for n in range(17):
        x = n * 100
        c.move_to(x, 40 + 18 * math.sin(n))
        c.rel_line_to(70, 0)
        c.rel_line_to(-35, 80)
        c.close_path()
        c.set_source_rgb(*(RED, GOLD, GREEN, (0.15, 0.35, 0.65))[n % 4])
        c.fill()
    c.set_source_rgb(*GOLD)
    c.arc(1330, 400, 62, 0, 2 * math.pi)
    c.fill()
    c.set_source_rgb(*RED)
    c.set_line_width(12)
    c.move_to(1275, 430)
    c.curve_to(1150, 520, 1120, 400, 980, 520)
    c.stroke()
    text(c, "Ngày hội văn hóa", (0, 150, 1600), "Noto Sans Bold 84", RED, centre=True)
    text(c, "các dân tộc xã An Phú", (0, 290, 1600), "Noto Sans Bold 60", INK, centre=True)
    text(c, "8 giờ, Chủ nhật 20/12/2026\nSân vận động xã", (120, 420, 800), "Noto Sans Bold 40", INK)
    text(c, "Kéo co · Ném còn · Múa khèn · Đua ghe · Chợ quê", (0, 800, 1600), "Noto Sans Bold 34", (1, 1, 1), centre=True)
    surface.write_to_png(str(HERE / "pictures" / "ngay-hoi.png"))


def sponsor() -> None:
    """The mark of an invented cooperative: three ears of rice and its name."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, 720, 160)
    c = cairo.Context(surface)
    c.set_source_rgb(1, 1, 1)
    c.paint()
    for lean in (-0.35, 0.0, 0.35):
        c.save()
        c.translate(85, 145)
        c.rotate(lean)
        c.set_source_rgb(*GREEN)
        c.set_line_width(6)
        c.move_to(0, 0)
        c.line_to(0, -80)
        c.stroke()
        c.set_source_rgb(*GOLD)
        for grain in range(5):
            for side in (-1, 1):
                c.save()
                c.translate(side * 8, -55 - grain * 15)
                c.rotate(side * 0.5)
                c.scale(5, 10)
                c.arc(0, 0, 1, 0, 2 * math.pi)
                c.restore()
                c.fill()
        c.restore()
    text(c, "HTX Lúa Xanh An Phú", (170, 20, 540), "Noto Sans Bold 30", GREEN)
    text(c, "tài trợ bảng tin", (172, 90, 540), "Noto Sans 22", INK)
    surface.write_to_png(str(HERE / "pictures" / "lua-xanh.png"))


PAGES = (
    (
        "Kế hoạch sử dụng đất năm 2027 (dự thảo)",
        "<b>1. Mục đích.</b> Phân bổ đất cho nhà ở, đường, trường học; giữ đất lúa và rừng đầu nguồn.\n\n"
        "<b>2. Diện tích chính</b>\n"
        "• Đất trồng lúa: 412 ha, giảm 3 ha so với năm 2026\n"
        "• Đất rừng phòng hộ: 1.260 ha, giữ nguyên\n"
        "• Đất ở: 186 ha, tăng 2 ha tại thôn Đồng Lúa\n"
        "• Đất giao thông: 74 ha, tăng 1 ha làm đường Bến Đò – Chợ\n\n"
        "<b>3. Hộ bị ảnh hưởng.</b> 11 hộ thôn Đồng Lúa và 4 hộ thôn Bến Đò; danh sách niêm yết tại nhà văn hóa thôn.",
    ),
    (
        "Góp ý cho dự thảo bằng cách nào?",
        "<b>1. Xem hồ sơ</b> tại trụ sở xã hoặc nhà văn hóa thôn, giờ hành chính.\n\n"
        "<b>2. Họp thôn</b>, 19 giờ 30 tại nhà văn hóa thôn:\n"
        "• Bến Đò: thứ Ba, ngày 01/12/2026\n"
        "• Đồng Lúa: thứ Tư, ngày 02/12/2026\n"
        "• Khuổi Sao: thứ Năm, ngày 03/12/2026\n"
        "• Cây Thốt Nốt và Chợ: thứ Sáu, ngày 04/12/2026\n\n"
        "<b>3. Gửi ý kiến</b> bằng giấy, qua điện thoại 0200 000 101 hoặc nói với trưởng thôn, đến hết ngày 22/12/2026.\n\n"
        "Mọi ý kiến được tổng hợp, trả lời và công khai trước khi trình phê duyệt.",
    ),
)


def land_use() -> None:
    """Two landscape pages in type that is still large when a board shows a whole page."""
    surface = cairo.PDFSurface(str(HERE / "notices" / "quy-hoach-dat.pdf"), 842, 474)
    c = cairo.Context(surface)
    for number, (title, body) in enumerate(PAGES, 1):
        text(c, "ỦY BAN NHÂN DÂN XÃ AN PHÚ · Thông báo số 118/TB-UBND", (36, 20, 770), "Noto Sans 11", INK)
        text(c, title, (36, 42, 770), "Noto Sans Bold 22", RED)
        text(c, body, (36, 92, 770), "Noto Sans 15", INK)
        text(c, f"Trang {number}/{len(PAGES)}", (720, 446, 100), "Noto Sans 11", INK)
        c.show_page()
    surface.finish()


if __name__ == "__main__":
    festival()
    sponsor()
    land_use()
