"""The display connectors as the kernel lists them: what is plugged in, and which video mode it prefers."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Size = tuple[int, int]


@dataclass(frozen=True)
class Connector:
    """One socket. *modes* begin with the one that its EDID or ``video=`` of the kernel line prefers; *edid* is a digest."""

    name: str
    connected: bool
    modes: tuple[Size, ...]
    edid: str


@dataclass(frozen=True)
class Connectors:
    """Reads ``/sys/class/drm``, which costs no question to the screen: the kernel keeps it up to date by hot-plug interrupts."""

    folder: Path

    def look(self) -> tuple[Connector, ...]:
        """All of them by name; none on a machine whose kernel drives no display itself."""
        return tuple(_connector(path.parent) for path in sorted(self.folder.glob("card*-*/status")))


def in_use(connectors: tuple[Connector, ...]) -> tuple[Connector, ...]:
    """Those with a screen, by which it shows that another one was plugged in."""
    return tuple(each for each in connectors if each.connected)


def dark(connectors: tuple[Connector, ...]) -> bool:
    """Whether nobody can see anything: there are connectors and none has a screen."""
    return bool(connectors) and not in_use(connectors)


def preferred(connectors: tuple[Connector, ...]) -> Size | None:
    """The mode that the first screen prefers; none when it does not say."""
    return next((each.modes[0] for each in in_use(connectors) if each.modes), None)


def _connector(folder: Path) -> Connector:
    modes = [mode for line in _text(folder / "modes").split() if (mode := _size(line))]
    return Connector(folder.name, _text(folder / "status").strip() == "connected", tuple(modes), _digest(folder / "edid"))


def _text(path: Path) -> str:
    # A connector can go between two looks: those of a DisplayPort hub come and go with it.
    with suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace")
    return ""


def _size(line: str) -> Size | None:
    """The size of a mode like ``1920x1080``; of ``1920x1080i`` none: letters flicker when they are interlaced."""
    width, _, height = line.partition("x")
    return (int(width), int(height)) if width.isdigit() and height.isdigit() else None


def _digest(path: Path) -> str:
    with suppress(OSError):
        return hashlib.sha256(data).hexdigest() if (data := path.read_bytes()) else ""
    return ""
