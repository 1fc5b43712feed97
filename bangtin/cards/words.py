"""The words of the labels: what the technician does with the box, and what a unit without a board says with its beeps."""

from device.first_boot import Step

Pair = tuple[str, str]

STEPS: tuple[Pair, ...] = (
    ("Chép cả thư mục này lên phân vùng boot của thẻ", "Copy this unit's folder onto the boot partition of its card"),
    ("Lắp thẻ vào máy, nối dây theo sơ đồ, cắm điện", "Put the card in, wire it as drawn, switch it on"),
    ("Trong 60 giây: làm theo bảng, hoặc theo số tiếng bíp", "Within 60 s: follow the board, or the number of beeps"),
    ("Chọn thôn, kiểm tra, rồi xác nhận nơi lắp", "Choose the village, check, then confirm the site"),
    ("Máy tự báo về khi có mạng, hoặc đưa USB của xã", "It reports by itself, or by the commune's stick"),
)
NO_BOARD: Pair = ("Không có bảng: giữ nút dịch vụ, vào Wi-Fi này", "no board: hold the service button, join this Wi-Fi, open the page")
BEEPING: Pair = ("Tai nghe: đếm tiếng bíp", "count beeps on an earphone")
BEEPS: dict[Step, Pair] = {
    Step.STORAGE: ("thẻ nhớ hỏng", "bad memory card"),
    Step.BOOT_FILE: ("sửa bangtin.toml", "correct bangtin.toml"),
    Step.NETWORK: ("chưa có mạng", "no network"),
    Step.CLOCK: ("đồng hồ sai", "wrong clock"),
    Step.REGISTRY: ("máy chủ từ chối", "registry says no"),
    Step.SCAN: ("chờ quét mã", "waits for a scan"),
    Step.VILLAGE: ("chọn thôn", "choose the village"),
    Step.CONFIRM: ("xác nhận nơi lắp", "confirm the site"),
}
