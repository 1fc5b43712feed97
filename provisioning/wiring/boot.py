"""The Pi's own ``config.txt``: which pins it gives to something else, and our marked block that says how pins stand while it boots.

The syntax is that of the firmware: https://www.raspberrypi.com/documentation/computers/config_txt.html
"""

import difflib
import stat
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path

from bundle.errors import refuse
from device.durable import replace
from device.paths import Paths
from device.settings import PinFactory, Pull, Settings, Wire, load_settings

PLACES = ("boot/firmware/config.txt", "boot/config.txt")
GENERATOR, SOURCE = "etc/default/raspi-firmware", "etc/default/raspi-firmware-custom"
"""Plain Debian makes ``config.txt`` anew at each update of kernel or firmware, and puts the second file at its end as it is: the hook
``z50-raspi-firmware`` of its package raspi-firmware, in Debian 12 and 13. Raspberry Pi OS leaves ``config.txt`` alone.
"""
BEGINS = "# >>> bangtin: chân lúc khởi động, máy tự ghi theo unit.toml · pins at boot, written by the unit itself from unit.toml"
ENDS = "# <<< bangtin"
_PULLS = {Pull.UP: "pu", Pull.DOWN: "pd", Pull.NONE: "pn"}


@dataclass(frozen=True)
class BootConfig:
    """The text of ``config.txt`` at *path*; *source* is the file that it is made from, where it is.

    *fresh*: our block was put there in this boot, which itself began without it.
    """

    path: Path
    text: str
    source: "BootConfig | None" = None
    fresh: bool = False

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
        if (text := _read(path)) is not None:
            source = paths.root / SOURCE
            made = (paths.root / GENERATOR).exists()
            return BootConfig(path, text, BootConfig(source, _read(source) or "") if made else None, at_next_start(paths).exists())
    return None


def at_next_start(paths: Paths) -> Path:
    """There since `keep` had to write at this start: in RAM, so that it ends with the boot."""
    return paths.run / "pins-at-next-start"


def keep(paths: Paths) -> bool:
    """As root at each start: have our block say what ``unit.toml`` says. Whether it had to be written, which holds from the next start on.

    ``Refused`` when ``unit.toml`` is wrong, or the block cannot be written. Raises ``OSError`` when that cannot be noted in RAM.
    """
    settings, config = load_settings(paths.unit_toml), find(paths)
    if config is None or settings.pins.factory is PinFactory.MOCK or not changes(config, settings):
        return False
    write(config, settings)
    # Others may write in that folder: a link there must not lead root's hand elsewhere.
    replace(at_next_start(paths), b"")
    return True


def line_of(wire: Wire) -> str:
    """How *wire* stands from the firmware on: an output at its inactive level, with the pull that keeps it there when nobody drives it."""
    match wire.pull:
        case None:
            return f"gpio={wire.pin}=op,dl,pd" if wire.active_high else f"gpio={wire.pin}=op,dh,pu"
        case Pull.UP | Pull.DOWN | Pull.NONE:
            return f"gpio={wire.pin}=ip,{_PULLS[wire.pull]}"


def changes(config: BootConfig, settings: Settings) -> tuple[str, ...]:
    """What `write` would change, as unified diffs; empty when nothing."""
    after = config.with_pins(settings)
    name = str(config.path)
    lines = difflib.unified_diff(_lines(config.text), _lines(after), name, name, lineterm="")
    told = tuple(line.rstrip("\r").encode("utf-8", errors="replace").decode() for line in lines)
    return told + (changes(config.source, settings) if config.source else ())


def write(config: BootConfig, settings: Settings) -> BootConfig:
    """Put our block into the file, and into what it is made from; ``Refused`` when it cannot be written."""
    source = write(config.source, settings) if config.source else None
    text = config.with_pins(settings)
    if text == config.text:
        return replaced(config, source=source)
    try:
        # Its own mode: the boot partition is FAT, which knows one mode for all files and refuses any other.
        mode = stat.S_IMODE(config.path.stat().st_mode) if config.path.exists() else 0o644
        replace(config.path, text.encode("utf-8", errors="surrogateescape"), mode)
    except OSError as problem:
        do = "chạy bằng quyền quản trị / run it as root: sudo bangtin provision wiring --write"
        raise refuse(str(config.path), f"không ghi được / cannot be written: {problem.strerror}", do) from None
    return replaced(config, text=text, source=source)


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None


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
