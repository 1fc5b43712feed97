"""How hot the machine is, by the hottest sensor that the kernel lists."""

from device.paths import Paths
from device.sysfs import whole_number


def celsius(paths: Paths) -> float | None:
    """Degrees Celsius; None where no sensor tells."""
    zones = (paths.root / "sys/class/thermal").glob("thermal_zone*/temp")
    return max((told / 1000 for zone in zones if (told := whole_number(zone)) is not None), default=None)
