"""The Pi's own ``config.txt``: which pins it gives to something else, and our marked block that says how pins stand while it boots.

The syntax is that of the firmware: https://www.raspberrypi.com/documentation/computers/config_txt.html
"""

import difflib
import stat
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import refuse
from device.durable import replace
from device.paths import Paths
from device.settings import Pull, Settings, Wire

PLACES = ("boot/firmware/config.txt", "boot/config.txt")
BEGINS = "# >>> bangtin: chân lúc khởi động, ghi bằng · pins at boot, written by: bangtin provision wiring --write"
ENDS = "# <<< bangtin"
_PULLS = {Pull.UP: "pu", Pull.DOWN: "pd", Pull.NONE: "pn"}


@dataclass(frozen=True)
class BootConfig:
    """The text of ``config.txt`` at *path*."""

    path: Path
    text: str

    @property
    def foreign(self) -> tuple[str, ...]:
        """The lines that are not ours, without comments."""
        before, _, after = _split(self.text)
        return tuple(line for line in (line.strip() for line in (*before, *after)) if line and not line.startswith("#"))

    def with_pins(self, settings: Settings) -> str:
        """The text with our block for *settings* in its place, or at the end; everything else stays as it is."""
        before, had, after = _split(self.text)
        # A file that was edited on an office PC keeps its line ends.
        ending = "\r" if "\r\n" in self.text else ""
        block = [BEGINS, "[all]", *(line_of(wire) for wire in sorted(settings.wires, key=lambda wire: wire.pin)), ENDS]
        if not settings.wires:
            block = []
        elif not had and before and before[-1].strip():
            before.append(ending)
        return "".join(f"{line}\n" for line in (*before, *(line + ending for line in block), *after))


def find(paths: Paths) -> BootConfig | None:
    """The boot configuration of the unit, None where there is none: no Raspberry Pi, or its boot partition is not mounted."""
    for place in PLACES:
        path = paths.root / place
        try:
            return BootConfig(path, path.read_bytes().decode("utf-8", errors="surrogateescape"))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None


def line_of(wire: Wire) -> str:
    """How *wire* stands from the firmware on: an output at its inactive level, with the pull that keeps it there when nobody drives it."""
    match wire.pull:
        case None:
            return f"gpio={wire.pin}=op,dl,pd" if wire.active_high else f"gpio={wire.pin}=op,dh,pu"
        case Pull.UP | Pull.DOWN | Pull.NONE:
            return f"gpio={wire.pin}=ip,{_PULLS[wire.pull]}"


def changes(config: BootConfig, settings: Settings) -> tuple[str, ...]:
    """What `write` would change, as a unified diff; empty when nothing."""
    after = config.with_pins(settings)
    name = str(config.path)
    lines = difflib.unified_diff(_lines(config.text), _lines(after), name, name, lineterm="")
    return tuple(line.rstrip("\r").encode("utf-8", errors="replace").decode() for line in lines)


def write(config: BootConfig, settings: Settings) -> BootConfig:
    """Put our block into the file; ``Refused`` when it cannot be written."""
    text = config.with_pins(settings)
    try:
        # Its own mode: the boot partition is FAT, which knows one mode for all files and refuses any other.
        replace(config.path, text.encode("utf-8", errors="surrogateescape"), stat.S_IMODE(config.path.stat().st_mode))
    except OSError as problem:
        do = "chạy bằng quyền quản trị / run it as root: sudo bangtin provision wiring --write"
        raise refuse(str(config.path), f"không ghi được / cannot be written: {problem.strerror}", do) from None
    return BootConfig(config.path, text)


def _split(text: str) -> tuple[list[str], list[str], list[str]]:
    """The lines before our block, those of it, and those after; a block whose end is missing reaches no further than its gpio lines."""
    lines = _lines(text)
    begin = next((number for number, line in enumerate(lines) if line.startswith("# >>> bangtin")), None)
    if begin is None:
        return lines, [], []
    end = begin + 1
    while end < len(lines) and (lines[end].rstrip() == "[all]" or lines[end].startswith("gpio=")):
        end += 1
    end += end < len(lines) and lines[end].startswith(ENDS)
    return lines[:begin], lines[begin:end], lines[end:]


def _lines(text: str) -> list[str]:
    """The lines of *text*, each without its line feed and with everything else."""
    return text.removesuffix("\n").split("\n") if text else []
