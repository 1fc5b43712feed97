"""Making the handover sheet of a unit, and telling whether one is genuine."""

import base64
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from bundle.errors import refuse
from device.paths import Paths
from device.unit import UnitRecord, read_unit
from evidence.duties import DUTY_WORDS, Duty
from evidence.handover import sealed, short_digest
from evidence.records import Commissioned
from evidence.self_test import Mark
from evidence.signing import public_jwk, thumbprint
from provisioning.commissioning.state import read_state
from provisioning.probe import Pair

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SIGNS = {Mark.GOOD: "✓", Mark.WARNING: "!", Mark.NOT_READY: "✗"}
MARKS: dict[Mark, Pair] = {
    Mark.GOOD: ("đạt", "right"),
    Mark.WARNING: ("lưu ý hoặc chưa rõ", "a warning, or unknown"),
    Mark.NOT_READY: ("chưa đạt", "not right"),
}
PARTS: dict[str, Pair] = {
    "machine": ("Máy (Raspberry Pi)", "machine"),
    "card": ("Thẻ nhớ", "card"),
    "screen": ("Màn hình", "screen"),
    "sim": ("SIM (ICCID)", "SIM"),
    "network": ("Địa chỉ mạng (MAC)", "network (MAC)"),
}
SIMULATED = {"screen": "màn hình", "sound": "âm thanh", "microphone": "micrô", "pins": "chân điều khiển", "clock": "đồng hồ"}
HANDS: tuple[Pair, ...] = (
    ("Kỹ thuật viên", "technician"),
    ("Đại diện xã", "for the commune"),
    ("Người phụ trách thiết bị", "holder of the equipment"),
)
"""Who signs by hand."""
_LETTERS = 4


def make_sheet(paths: Paths) -> bytes:
    """The sheet of the last confirmation, a page of its own with everything in it; ``Refused`` before there was one."""
    record, results = read_unit(paths), read_state(paths).results
    if record is None or results is None:
        what = "chưa có kết quả lắp đặt nào được xác nhận / no commissioning has been confirmed yet"
        raise refuse(str(paths.commissioning), what, "làm Nghiệm thu trước / commission the site first")
    key_pem = paths.key.read_bytes()
    key = public_jwk(key_pem)
    page = _page(record, results, thumbprint(key), [_photo(paths, digest) for digest in results.photos])
    return sealed(page.encode(), record.unit, key, results, key_pem)


def grouped(text: str) -> str:
    """A fingerprint in groups of four, as a person compares it."""
    return " ".join(text[at : at + _LETTERS] for at in range(0, len(text), _LETTERS))


def _page(record: UnitRecord, results: Commissioned, fingerprint: str, photos: list[str]) -> str:
    environment = Environment(
        loader=PackageLoader("provisioning.handover"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("sheet.html").render(
        record=record,
        results=results,
        at=_local(results.at.wall),
        clock=results.at.state,
        measured=[each for each in results.checked if each.step == "measured"],
        answered=[each for each in results.checked if each.step != "measured"],
        counts={mark: sum(each.mark is mark for each in results.checked) for mark in Mark},
        bad=[each for each in results.checked if each.mark is Mark.NOT_READY],
        duties=[(DUTY_WORDS[duty], results.duties.get(duty)) for duty in Duty],
        serials=[(PARTS[part], results.serials.get(part)) for part in PARTS],
        photos=photos,
        hands=HANDS,
        signs=SIGNS,
        marks=MARKS,
        Mark=Mark,
        simulated=[SIMULATED.get(part, part) for part in record.simulated_hardware],
        digest=grouped(short_digest(results)),
        fingerprint=grouped(fingerprint),
    )


def _photo(paths: Paths, digest: str) -> str:
    return base64.b64encode((paths.photos / f"{digest}.webp").read_bytes()).decode()


def _local(at: datetime) -> str:
    return at.astimezone(TIMEZONE).strftime("%H:%M ngày %d/%m/%Y")
