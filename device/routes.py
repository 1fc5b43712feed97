"""By which interfaces the kernel knows a way out, the one that it takes first."""

from device.paths import Paths

_NOWHERE = "00000000"
_UP = 0x1
"""RTF_UP of Linux: a modem's route needs no gateway."""


def default_interfaces(paths: Paths) -> tuple[str, ...] | None:
    """The interfaces of default routes, IPv4 before IPv6 and the lower metric first; None when the kernel does not say."""
    try:
        fourth, sixth = paths.routes.read_text(), paths.routes_6.read_text() if paths.routes_6.exists() else ""
    except OSError:
        return None
    return tuple(dict.fromkeys(name for _, name in (*sorted(_fourth(fourth)), *sorted(_sixth(sixth)))))


def _fourth(table: str) -> list[tuple[int, str]]:
    rows = [line.split() for line in table.splitlines()[1:]]
    return [(int(row[6]), row[0]) for row in rows if len(row) > 7 and row[1] == row[7] == _NOWHERE and int(row[3], 16) & _UP]


def _sixth(table: str) -> list[tuple[int, str]]:
    rows = [line.split() for line in table.splitlines()]
    return [(int(row[5], 16), row[9]) for row in rows if len(row) > 9 and row[1] == "00" and row[9] != "lo"]
