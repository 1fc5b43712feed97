"""What the help desk gets to see, file by file: only what is named here, each part short enough for all of them to be sent by phone."""

import json
import platform
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from bundle.errors import Refused
from device.first_boot import read_first_boot
from device.journal import read
from device.paths import JOURNALS, PROGRAMS, Paths
from device.settings import load_settings
from device.unit import stored_unit
from director.moment import Moment
from evidence.records import Fault, Photo
from provisioning.hardware import software
from provisioning.probes.link import run
from provisioning.service.visits import visits

MOST_OF_A_JOURNAL = 120_000
MOST_LAST_WORDS = 400_000
MOST_OF_A_FILE = 120_000
"""Bytes: five journals, the last words and some small files are less than 2 MB however badly they compress."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "devices": ("nmcli", "-t", "-f", "DEVICE,TYPE,STATE,CONNECTION", "device"),
    "networks": ("nmcli", "-t", "-f", "IN-USE,SIGNAL,SECURITY,SSID", "device", "wifi", "list", "--rescan", "no"),
    "modem": ("mmcli", "-m", "any"),
    "addresses": ("ip", "-brief", "address"),
    "disk": ("df", "-h"),
    "memory": ("free", "-m"),
    "services": ("systemctl", "list-units", "--no-pager", "--plain", "bangtin-*"),
}


def gathered(paths: Paths, moment: Moment) -> Iterator[tuple[str, str]]:
    """The name and the text of each file."""
    yield "about.txt", _about(paths, moment)
    for program in PROGRAMS:
        yield f"status/{program}.json", _file(paths.status(program))
    for program in JOURNALS:
        yield from _journal(paths, program)
    yield "first-boot.json", _first_boot(paths)
    yield "unit.json", _unit(paths)
    yield "wiring.json", _wiring(paths)
    yield "visits.json", json.dumps([each.model_dump(mode="json") for each in visits(paths)], ensure_ascii=False, indent=1)
    yield "commissioning.json", _file(paths.commissioning)
    for name, command in COMMANDS.items():
        yield f"machine/{name}.txt", run(command) or "(không có · not available)"
    yield from _last_words(paths)


def _about(paths: Paths, moment: Moment) -> str:
    release = _file(paths.root / "etc/os-release")
    lines = (
        f"bangtin {software()}, Python {platform.python_version()}, Linux {platform.release()} {platform.machine()}",
        f"clock: {moment.wall.isoformat()} ({moment.state}), boot {moment.boot}, {moment.mono:.0f} s after it",
        *(line for line in release.splitlines() if line.startswith("PRETTY_NAME")),
    )
    return "\n".join(lines) + "\n"


def _journal(paths: Paths, program: str) -> Iterator[tuple[str, str]]:
    """The last lines, and what is wrong by all of them; pictures stay at home."""
    tail: deque[str] = deque()
    size, faults = 0, {}
    for line in read(paths.journal(program)):
        if isinstance(line, Photo):
            continue
        if isinstance(line, Fault):
            faults[line.code] = line
        tail.append(line.model_dump_json(exclude_defaults=True))
        size += len(tail[-1].encode()) + 1
        while size > MOST_OF_A_JOURNAL:
            size -= len(tail.popleft().encode()) + 1
    yield f"journal/{program}.jsonl", "\n".join(tail) + "\n"
    yield f"faults/{program}.txt", "".join(f"{code}: {fault.detail}\n" for code, fault in faults.items() if fault.active)


def _first_boot(paths: Paths) -> str:
    told = read_first_boot(paths)
    return "" if told is None else told.model_dump_json(indent=1, exclude={"access", "link", "code"})


def _unit(paths: Paths) -> str:
    return _or_complaint(lambda: record.model_dump_json(indent=1) if (record := stored_unit(paths)) else "")


def _wiring(paths: Paths) -> str:
    """As it was understood: a comment in the file itself may say anything."""
    return _or_complaint(lambda: load_settings(paths.unit_toml).model_dump_json(indent=1))


def _or_complaint(make: Callable[[], str]) -> str:
    try:
        return make()
    except Refused as refused:
        return str(refused)


def _last_words(paths: Paths) -> Iterator[tuple[str, str]]:
    left = MOST_LAST_WORDS
    for path in sorted(paths.last_words.glob("*.txt"), reverse=True):
        text = _file(path)
        left -= len(text.encode())
        if left < 0:
            return
        yield f"last-words/{path.name}", text


def _file(path: Path) -> str:
    """Its end, when it is longer than may be sent."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_OF_A_FILE))
            return file.read().decode("utf-8", "replace")
    except OSError as problem:
        return f"({problem.strerror})"
