"""What is known of the power supply: the kernel's alarm of the last two seconds, and what somebody who watches it remembers."""

from pydantic import ValidationError

from bundle.base import Model
from device.own import read_own
from device.paths import Paths
from device.sysfs import text
from evidence.records import Stamp


class Watched(Model):
    """``run/bangtin/supply.json``: somebody looked without a gap from *since* to *until*; the supply sagged at *low*, perhaps before."""

    since: Stamp
    until: Stamp
    low: Stamp | None = None


def low(paths: Paths) -> bool | None:
    """Whether the supply sagged just now; None where nobody tells."""
    for name in sorted((paths.root / "sys/class/hwmon").glob("*/name")):
        alarm = text(name.with_name("in0_lcrit_alarm"))
        if text(name) == "rpi_volt" and alarm:
            return alarm != "0"
    return None


def watched(paths: Paths) -> Watched | None:
    """What the resident watch last said; None when nothing that can be read."""
    try:
        return read_own(Watched, paths.supply)
    except (OSError, ValidationError):
        return None
