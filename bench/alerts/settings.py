"""The roads on which an alert is measured."""

from dataclasses import dataclass

from bench.link import PORT, THERE

ROUND_TRIP, RATE = 0.3, 64_000
"""Of the thin link: seconds, and bit/s each way."""
SLOW = 30.0
"""Milliseconds that each wait for the slow card lasts longer."""
WARM_UP = 0.5
"""Seconds, of the amplifier."""


@dataclass(frozen=True)
class Setting:
    """Where the registry listens (*host*, *port*), and the *url* at which the unit finds it, unset: on loopback.

    *plain*: hints carry nothing. *poll*: there are no hints at all, and the unit asks every so many seconds. *slow*: its card is.
    *fewer*: it is measured with so many times fewer alerts.
    """

    name: str
    how: str
    host: str = "127.0.0.1"
    port: int = 0
    url: str = ""
    plain: bool = False
    poll: float | None = None
    slow: bool = False
    fewer: int = 1


_THIN = f"over a TUN device of {RATE // 1000} kbit/s each way and {1000 * ROUND_TRIP:.0f} ms round trip"
_FAR = f"http://{THERE}:{PORT}"
_ALL = (
    Setting("loopback", "over loopback"),
    Setting("slow card", f"over loopback, {SLOW:.0f} ms more for every fsync of the unit's programs (LD_PRELOAD)", slow=True),
    Setting("thin link", _THIN, "0.0.0.0", PORT, _FAR),  # noqa: S104 - in a network namespace of its own
    Setting("loopback, plain hints", "over loopback, hints without files as they were", plain=True, fewer=10),
    Setting("thin link, plain hints", f"{_THIN}, hints without files as they were", "0.0.0.0", PORT, _FAR, plain=True, fewer=10),  # noqa: S104
    Setting("loopback, polling", "over loopback, no hints, a poll every 10 s (the default is 900)", poll=10.0, fewer=25),
)
SETTINGS = {setting.name: setting for setting in _ALL}
