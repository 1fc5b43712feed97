"""Whether the unit may reboot once more: pure, and careful about a clock that may not be believed."""

from collections.abc import Iterable

from device.reboots import Reboot
from director.moment import Moment
from evidence.records import ClockState, Stamp

DAY = 86400.0


def of_today(reboots: Iterable[Reboot], now: Moment) -> tuple[Reboot, ...]:
    """Those that are not certainly older than 24 hours: what nobody can date counts, or a unit without a clock would reboot for ever."""
    return tuple(reboot for reboot in reboots if _age(reboot.at, now) < DAY)


def _age(at: Stamp, now: Moment) -> float:
    """The seconds that have passed since *at*, at least."""
    if at.boot == now.boot:
        return now.mono - at.mono
    believed = {ClockState.TRUSTED, ClockState.HOLDOVER}
    passed = (now.wall - at.wall).total_seconds() if at.state in believed and now.state in believed else 0.0
    return max(passed, now.mono)
