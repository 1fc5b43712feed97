"""The words of the service of provisioning, Vietnamese first, English second."""

from collections.abc import Sequence

from device.first_boot import Step, Trouble
from evidence.card import Village
from evidence.self_test import Words

PROGRESS: dict[Step, Words] = {
    Step.STARTING: ("Thiết bị đang tự kiểm tra.", "The unit is testing itself."),
    Step.STORAGE: ("Tự thử lại mỗi vài giây.", "It tries again every few seconds."),
    Step.BOOT_FILE: ("Tự đọc lại khi khởi động.", "It reads the file again when it starts."),
    Step.NETWORK: ("Tự thử lại mỗi vài giây.", "It tries again every few seconds."),
    Step.CLOCK: ("Tự thử lại mỗi vài giây.", "It tries again every few seconds."),
    Step.REGISTRY: ("Tự hỏi lại máy chủ.", "It asks the registry again by itself."),
    Step.SCAN: ("Đang chờ kỹ thuật viên quét mã.", "Waiting for the technician to scan the code."),
    Step.VILLAGE: ("Thẻ chuẩn bị sẵn: chờ chọn thôn.", "A prepared card: waiting for its village."),
    Step.CONFIRM: ("Đã ghi danh, loa còn im.", "Enrolled, the horns are silent."),
}
SEEN: Words = ("Kỹ thuật viên đã mở trang, chờ chấp nhận.", "The technician has opened the page; waiting for acceptance.")
CONNECTING: Words = ("Đang hỏi máy chủ…", "Asking the registry…")
RESTING: Words = ("Wi-Fi trước đó được thử lại khi trang đóng.", "The Wi-Fi of before is tried again when the page closes.")

NO_BOOT_FILE = Trouble(
    where=("Thẻ nhớ: bangtin.toml", "card: bangtin.toml"),
    what=("không có địa chỉ máy chủ trên thẻ", "the card does not say where the registry is"),
    do=(
        'ghi tệp bangtin.toml có dòng registry = "https://…" lên phân vùng boot, rồi bật lại',
        'put a file bangtin.toml with registry = "https://…" on the boot partition, then start again',
    ),
)
NO_ROUTE = Trouble(
    where=("Mạng", "network"),
    what=("chưa có đường mạng nào: dây, Wi-Fi hay 4G", "there is no way out: neither cable nor Wi-Fi nor 4G"),
    do=("cắm dây mạng, lắp SIM, hoặc khai báo wifi", "plug in a cable, insert a SIM, or tell it the Wi-Fi"),
)
FOREIGN_TLS = Trouble(
    where=("Máy chủ", "registry"),
    what=(
        "chứng chỉ không phải của máy chủ: có thể là trang đăng nhập Wi-Fi, hoặc có người đứng giữa",
        "the certificate is not the registry's: perhaps a Wi-Fi login page, or somebody stands between",
    ),
    do=("dùng mạng khác; kiểm tra địa chỉ registry", "use another network; check the address"),
)


def no_name(host: str) -> Trouble:
    """The registry's name has no address here."""
    return Trouble(
        where=("Mạng", "network"),
        what=(f"không tra được tên {host}", f"the name {host} cannot be resolved"),
        do=("kiểm tra SIM, dây, Wi-Fi; địa chỉ registry viết đúng chưa", "check SIM, cable, Wi-Fi, and the spelling of the address"),
    )


def not_reached(why: str) -> Trouble:
    """The registry does not answer."""
    return Trouble(
        where=("Mạng", "network"),
        what=(f"chưa tới được máy chủ: {why}", f"the registry is not reached: {why}"),
        do=("kiểm tra ăng-ten, SIM, dây, Wi-Fi", "check antenna, SIM, cable, Wi-Fi"),
    )


MOST_NAMED = 6


def village(known: Sequence[Village]) -> Trouble:
    """The technician is to choose one of those that the card names."""
    listed = ", ".join(f"{each.name} ({each.place})" for each in known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
    return Trouble(
        where=("Thôn", "village"),
        what=(f"chọn nơi lắp trong {len(known)} thôn: {listed}", f"choose the site among {len(known)} villages: {listed}"),
        do=(
            'ghi village = "mã thôn" vào bangtin.toml rồi bật lại, hoặc chọn trên trang của thiết bị',
            'write village = "code" into bangtin.toml and start again, or choose on the unit\'s page',
        ),
    )


def busy(status: str) -> Trouble:
    """The registry answers that it cannot now."""
    return Trouble(
        where=("Máy chủ", "registry"),
        what=(f"máy chủ chưa phục vụ được: {status}", f"the registry cannot serve now: {status}"),
        do=("chờ; vẫn vậy sau 10 phút thì gọi người quản lý", "wait; if it stays for 10 minutes call the registry's people"),
    )


def wrong_clock(shown: str) -> Trouble:
    """The certificate is not valid yet, or no more, by the unit's clock."""
    return Trouble(
        where=("Đồng hồ", "clock"),
        what=(
            f"đồng hồ máy chỉ {shown}, nên không kiểm được máy chủ có thật không",
            f"the clock says {shown}, so that nobody can tell whether the registry is the real one",
        ),
        do=(
            "chờ giờ mạng (mạng có chặn NTP không?); hoặc lắp RTC có pin",
            "wait for network time (is NTP blocked?), or fit an RTC with a battery",
        ),
    )


def card(path: str, why: str) -> Trouble:
    """The card takes no more writes."""
    return Trouble(
        where=("Thẻ nhớ", "card"),
        what=(f"không ghi được {path}: {why}", f"{path} cannot be written: {why}"),
        do=("thẻ đầy hoặc hỏng: thay thẻ khác", "the card is full or broken: use another one"),
    )
