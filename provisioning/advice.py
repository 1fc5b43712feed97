"""What a technician with nothing but a phone can do about a fault: at the unit, on its own page, or on its memory card."""

from provisioning.probe import Pair

PAGE: Pair = ("xem mục chưa ổn ở trang đầu của thiết bị", "see what is not right on the first page of the unit")
PLUG: Pair = (
    "rút điện 10 giây rồi cắm lại; vẫn vậy thì gửi Gói hỗ trợ",
    "unplug it for 10 s; if it stays so, send the support bundle",
)
BUNDLE: Pair = ("tải Gói hỗ trợ ở trang của thiết bị, gửi về tỉnh", "take the support bundle from the unit's page, send it to the province")
AGAIN: Pair = ("làm lại bước này ở Nghiệm thu", "do this step again under Commissioning")
ENROL: Pair = (
    "ghi danh: quét mã trên bảng, hoặc Chọn thôn ở trang của thiết bị",
    "enrol: scan the code on the board, or choose the village on the unit's page",
)


def on_card(tables: str) -> Pair:
    """Where the wiring can be corrected without the unit's shell: any PC opens the boot partition (docs/cards.md)."""
    return f"{tables} trong bangtin.toml trên thẻ", f"{tables} in bangtin.toml on the card"
