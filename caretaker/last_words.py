"""``python -m caretaker.last_words deaths | shutdown``: what was said last is kept on the card, because the log itself lies in RAM."""

import logging
import subprocess
import sys
from collections.abc import Callable

from pydantic import ValidationError

from caretaker.deaths import Death, Known, Tally, again_and_again, due, read_line, with_deaths
from caretaker.settings import settings_of
from device.caretaker_settings import CaretakerSettings
from device.clock import make_clock
from device.durable import CARD_FAILS, replace
from device.own import read_own
from device.paths import Paths
from device.reboots import DEATHS, ask_reboot
from device.status import write_volatile
from director.moment import Moment

log = logging.getLogger(__name__)

Listen = Callable[[str | None], bytes]
PATIENCE = 15.0
LINES = 600
"""At most so many lines are asked for; what is kept of them is measured in bytes."""


def main(what: str) -> int:
    """Look at who died, or keep what all of them said before the shutdown."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = Paths.from_environment()
    settings = settings_of(paths)
    match what:
        case "deaths":
            deaths(paths, settings.caretaker, make_clock(settings, paths).now(), listen)
        case "shutdown":
            keep(paths, settings.caretaker, "shutdown", listen(None))
        case _:
            log.error("deaths | shutdown")
            return 2
    return 0


def deaths(paths: Paths, limits: CaretakerSettings, now: Moment, say: Listen) -> None:
    """Count those who died since the last look, keep what they said, and ask for a reboot when one dies again and again."""
    died = take(paths)
    tally = with_deaths(_read(paths), died, now.mono, limits)
    for name in sorted(died):
        if due(tally.services[name], now.mono, limits) and keep(paths, limits, name, say(name)):
            tally.services[name] = Known(deaths=tally.services[name].deaths, kept=now.mono)
    for name in again_and_again(tally, limits):
        last = tally.services[name].deaths[-1].how
        reason = f"{name} chết {limits.deaths} lần trong {limits.within:.0f} giây / died as often within these seconds: {last}"
        ask_reboot(paths, DEATHS, reason, now.stamp())
        # Refused or not, it takes as many deaths again until the next question.
        tally.services[name] = Known(kept=tally.services[name].kept)
    write_volatile(paths.deaths, tally.model_dump_json().encode())


def take(paths: Paths) -> dict[str, tuple[Death, ...]]:
    """The deaths noted since the last look, by service. Each file is moved away before it is read: a line written meanwhile is not lost."""
    found: dict[str, tuple[Death, ...]] = {}
    for file in sorted(paths.ended.glob("[!.]*")):
        moved = paths.deaths.with_name(f"{file.name}.taken")
        moved.parent.mkdir(parents=True, exist_ok=True)
        file.rename(moved)
        read = [read_line(line) for line in moved.read_text(encoding="utf-8", errors="replace").splitlines()]
        found[file.name] = tuple(death for death in read if death is not None)
    return found


def keep(paths: Paths, limits: CaretakerSettings, name: str, words: bytes) -> bool:
    """Put the end of *words* into the ring as the newest file; False when the card takes nothing, which nobody may die of here."""
    there = sorted(paths.last_words.glob("[0-9]*.txt"))
    number = int(there[-1].name.partition("-")[0]) + 1 if there else 1
    size = limits.words_kb << 10
    # Not from the middle of a line, nor of a letter.
    cut = words if len(words) <= size else words[-size:].partition(b"\n")[2]
    for old in there[: max(0, len(there) - limits.words_kept + 1)]:
        old.unlink(missing_ok=True)
    try:
        replace(paths.last_words / f"{number:08d}-{name}.txt", cut, 0o640)
    except OSError as problem:
        if problem.errno not in CARD_FAILS:
            raise
        log.warning("thẻ nhớ không ghi được / the card takes nothing: %s", problem)
        return False
    return True


def listen(service: str | None) -> bytes:
    """The end of the log: of one *service*, or of everything. A log that cannot be read is a sentence, not a death."""
    try:
        return journal(LINES, f"{service}.service" if service else None)
    except (OSError, subprocess.SubprocessError) as problem:
        return f"không đọc được nhật ký hệ thống / the log cannot be read: {problem}\n".encode()


def journal(lines: int, unit: str | None) -> bytes:
    """The last *lines* of the log, of *unit* of systemd or of everything; ``OSError`` or ``SubprocessError`` when it cannot be read."""
    which = ["--unit", unit] if unit else []
    command = ["journalctl", "--no-pager", "--quiet", "--output", "short-iso", "--lines", str(lines), *which]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True).stdout


def _read(paths: Paths) -> Tally:
    try:
        return read_own(Tally, paths.deaths)
    except (FileNotFoundError, ValidationError):
        return Tally()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
