"""The power supply: what the firmware says of under-voltage and throttling, now and since power came."""

from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

from device.paths import Paths
from provisioning.probe import Finding, Pair, Verdict

SUBJECT: Pair = ("Nguồn điện", "power supply")
WANTED: Pair = ("không sụt áp, cả khi tải nặng", "no under-voltage, under load too")
DO: Pair = (
    "dùng bộ nguồn 5 V đủ dòng, dây ngắn và to; tách nguồn tăng âm khỏi nguồn Pi",
    "use a 5 V supply of enough current and a short thick cable; feed the amplifiers from another one",
)


class Throttled(IntFlag):
    """The firmware's ``get_throttled`` (Raspberry Pi documentation, vcgencmd): what is so now, and what happened since power came."""

    UNDER_VOLTAGE = 1
    CAPPED = 2
    THROTTLED = 4
    HOT = 8
    WAS_UNDER_VOLTAGE = 1 << 16
    WAS_CAPPED = 1 << 17
    WAS_THROTTLED = 1 << 18
    WAS_HOT = 1 << 19


LOW = Throttled.UNDER_VOLTAGE | Throttled.WAS_UNDER_VOLTAGE
SLOWED = Throttled.CAPPED | Throttled.THROTTLED | Throttled.WAS_CAPPED | Throttled.WAS_THROTTLED


@dataclass(frozen=True)
class SupplyProbe:
    """Reads the firmware's flags, else the alarm of the kernel's ``rpi_volt``; a board that has neither tells nothing."""

    paths: Paths

    def look(self) -> tuple[Finding, ...]:
        """No under-voltage since power came: good; throttled for another reason: a warning; under-voltage: not ready."""
        return (judge(flags(self.paths)),)


def flags(paths: Paths) -> Throttled | None:
    """What the firmware says; None where nobody tells."""
    for path in sorted((paths.root / "sys/devices/platform").glob("*/*/get_throttled")):
        try:
            return Throttled(int(path.read_text(), 16))
        except (OSError, ValueError):
            continue
    for path in sorted((paths.root / "sys/class/hwmon").glob("*/name")):
        alarm = path.with_name("in0_lcrit_alarm")
        if _text(path) == "rpi_volt" and _text(alarm):
            return Throttled.WAS_UNDER_VOLTAGE if _text(alarm) != "0" else Throttled(0)
    return None


def judge(said: Throttled | None, subject: Pair = SUBJECT) -> Finding:
    """What *said* means."""
    if said is None:
        do = ("đo 5 V bằng đồng hồ khi loa đang kêu: ít nhất 4,8 V", "measure the 5 V while the horns sound: at least 4.8 V")
        return Finding(Verdict.WARNING, subject, ("chưa rõ, máy này không tự đo", "unknown, this board does not tell"), WANTED, do)
    if said & LOW:
        when: Pair = (
            ("đang sụt áp", "under-voltage now") if said & Throttled.UNDER_VOLTAGE else ("đã từng sụt áp", "there was under-voltage")
        )
        return Finding(Verdict.NOT_READY, subject, (f"{when[0]} ({said:#x})", f"{when[1]} ({said:#x})"), WANTED, DO)
    if said & SLOWED:
        do = ("gắn tản nhiệt, che nắng cho hộp", "fit a heat sink, shade the box")
        return Finding(Verdict.WARNING, subject, (f"bị giảm tốc ({said:#x})", f"it was slowed down ({said:#x})"), WANTED, do)
    return Finding(Verdict.GOOD, subject, ("không sụt áp", "no under-voltage"), WANTED)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
