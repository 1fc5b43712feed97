"""The temperature of the processor, by the hottest sensor that the kernel lists."""

from dataclasses import dataclass

from device.paths import Paths
from device.thermal import celsius
from provisioning.probe import Finding, Pair, Verdict

SUBJECT: Pair = ("Nhiệt độ", "temperature")


@dataclass(frozen=True)
class TemperatureProbe:
    """Reads the thermal zones; *warmest* in degrees Celsius."""

    paths: Paths
    warmest: float

    def look(self) -> tuple[Finding, ...]:
        """Cooler: good; hotter: a warning, the processor slows down before it is harmed."""
        wanted = (f"dưới {self.warmest:g} °C", f"below {self.warmest:g} °C")
        degrees = celsius(self.paths)
        if degrees is None:
            do = ("sờ hộp máy: nóng bỏng tay là quá nóng", "feel the box: too hot to hold is too hot")
            return (Finding(Verdict.WARNING, SUBJECT, ("chưa rõ, không có cảm biến", "unknown, no sensor"), wanted, do),)
        observed = (f"{degrees:.0f} °C", f"{degrees:.0f} °C")
        if degrees < self.warmest:
            return (Finding(Verdict.GOOD, SUBJECT, observed, wanted),)
        do = ("gắn tản nhiệt, che nắng, khoan lỗ thông gió phía dưới", "fit a heat sink, shade the box, drill vents below")
        return (Finding(Verdict.WARNING, SUBJECT, observed, wanted, do),)
