"""What a board says while its unit is being set up, Vietnamese first, English second."""

from device.first_boot import Step
from evidence.self_test import Mark, Words

NAME: Words = ("bảng tin · lắp đặt", "set-up")
CODE: Words = ("Mã", "code")
PIN: Words = ("PIN", "PIN")
UNIT: Words = ("Thiết bị", "unit")
PAGE: Words = ("Trang", "page")
STEP: Words = ("bước", "step")
GOOD: Words = ("Tốt", "good")
MARKS = {Mark.GOOD: "✓", Mark.WARNING: "!", Mark.NOT_READY: "✗"}
TROUBLE = MARKS[Mark.NOT_READY]

HEADLINES: dict[Step, Words] = {
    Step.STARTING: ("Đang tự kiểm tra, chờ một phút", "Testing itself, one minute please"),
    Step.STORAGE: ("Thẻ nhớ có lỗi: xem bên dưới", "The card has a fault: see below"),
    Step.BOOT_FILE: ("Sửa tệp bangtin.toml trên thẻ", "Correct bangtin.toml on the card"),
    Step.NETWORK: ("Nối mạng: dây, SIM hoặc Wi-Fi", "Connect a network: cable, SIM or Wi-Fi"),
    Step.CLOCK: ("Đồng hồ sai: chờ giờ mạng", "The clock is wrong: wait for network time"),
    Step.REGISTRY: ("Máy chủ chưa nhận: xem bên dưới", "The registry says no: see below"),
    Step.SCAN: ("Quét mã này bằng điện thoại", "Scan this code with your phone"),
    Step.VILLAGE: ("Chọn thôn trên điện thoại", "Choose the village on your phone"),
    Step.CONFIRM: ("Kiểm tra rồi xác nhận nơi lắp", "Check, then confirm the site"),
    Step.DONE: ("Đã xong", "Done"),
}
TO_MEND: Words = ("Kỹ thuật viên:", "Technician:")
MORE: Words = (" và {} lỗi khác", " and {} more")
SEE_PAGE: Words = ("xem trang của thiết bị", "see the unit's own page")
"""A board with content says what is wrong with its unit."""
JOIN: Words = ("Nối Wi-Fi này bằng điện thoại", "Join this Wi-Fi with your phone")
OPEN: Words = ("Mở trang này bằng điện thoại", "Open this page with your phone")
"""The unit's own page is open."""
TYPE: Words = ("Gõ mã này trên điện thoại", "Type this code on your phone")
"""On a board that has no room for a code to scan."""
SOON: Words = ("Bước tiếp theo hiện trong một phút.", "The next step appears within a minute.")
TO_OPEN: Words = (
    "Giữ nút dịch vụ để mở trang của thiết bị; không có nút: rút điện, cắm lại",
    "Hold the service button to open the unit's own page; without one: pull the plug, plug it in",
)
TO_ENTER: Words = ("Mở trang của thiết bị, gõ PIN, chọn Nghiệm thu", "Open the unit's page, type the PIN, choose Nghiệm thu (commission)")
"""How to get to the confirmation of the site: before the unit's own page is open, and while it is."""
