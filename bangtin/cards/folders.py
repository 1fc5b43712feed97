"""The folder of one prepared card: what is copied onto the boot partition of a flashed memory card."""

import os
from pathlib import Path

import tomlkit

from bangtin.cards.making import Made
from bundle.errors import refuse
from device.settings import Settings
from evidence.signing import fingerprint
from provisioning.boot_file import BootFile, boot_file_of
from provisioning.wifi import Wifi


def wiring_of(path: Path | None) -> str:
    """The hardware tables in the file at *path*, as they were written; ``Refused`` with every fault of it."""
    if path is None:
        return ""
    text = path.read_text(encoding="utf-8-sig")
    told = boot_file_of(text, path)
    foreign = [name for name in BootFile.model_fields if name not in Settings.model_fields and name in told.model_fields_set]
    if foreign:
        raise refuse(
            str(path), f"chỉ ghi phần cứng, không ghi / hardware only, without: {', '.join(foreign)}", "bỏ các dòng đó / remove them"
        )
    return text


def boot_text(made: Made, wifi: Wifi | None, wiring: str) -> str:
    """``bangtin.toml`` of one card, with Windows line ends, because it is edited on office PCs."""
    card = made.card
    head = [
        f"# Thẻ của thiết bị {card.unit} · the card of unit {card.unit}",
        "# Sửa được bằng mọi trình soạn văn bản · any editor will do. Sai gì, bảng sẽ nói hết · the board tells everything that is wrong.",
        f'registry = "{card.registry}"',
        *(["plain_http = true"] if card.registry.startswith("http://") else []),
        f'root_fingerprint = "{fingerprint(card.root.encode())}"',
        "",
        *_villages(made),
        "",
        *_wifi(wifi),
        "",
    ]
    return "\r\n".join((*head, *wiring.replace("\r\n", "\n").split("\n")))


def write_folder(folder: Path, made: Made, text: str) -> None:
    """Write both files; whoever can read them can enrol a unit, so only their owner can."""
    folder.mkdir(mode=0o700)
    for name, content in (("bangtin.toml", text), ("card.json", made.file.model_dump_json())):
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(content)


def _villages(made: Made) -> list[str]:
    """One village is chosen already; among several the technician takes the # away, here or nowhere."""
    card = made.card
    if len(card.villages) == 1:
        return [f'village = "{card.villages[0].place}"   # {card.villages[0].full_name}']
    lines = [f'#village = "{village.place}"   # {village.full_name}' for village in card.villages]
    return [
        "# Nơi lắp: bỏ dấu # trước đúng một dòng, hoặc chọn tại chỗ · the site: take the # away from one line, or choose it on site",
        *lines,
    ]


def _wifi(wifi: Wifi | None) -> list[str]:
    if wifi is None:
        return ['#wifi = { ssid = "tên Wi-Fi", passphrase = "mật khẩu" }   # hoặc · or: wifi = "WIFI:T:WPA;S:…;P:…;;"']
    told = tomlkit.inline_table()
    told.update(wifi.model_dump(exclude_none=True, exclude_defaults=True))
    return [f"wifi = {told.as_string()}"]
