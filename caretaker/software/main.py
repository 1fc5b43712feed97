"""``bin/upgrade`` of the last good version: one look at whether a release is due, and if one is, the whole way to its end."""

import logging
import sys
import threading

from pydantic import ValidationError

from bundle.errors import Refused
from caretaker.settings import settings_of
from caretaker.software.diary import JournalDiary
from caretaker.software.machine import CommandFailed, Machine
from caretaker.software.ownership import own
from caretaker.software.surroundings import Surroundings
from caretaker.software.upgrade import Upgrade
from device.clock import make_clock
from device.paths import Paths
from device.unit import read_unit

log = logging.getLogger(__name__)


def main() -> int:
    """Run for the unit that ``BANGTIN_ROOT`` names, else for this machine; 1 when something stands in the way of it."""
    logging.basicConfig(level=logging.INFO, format="upgrade: %(message)s")
    try:
        log.info("%s", run(Paths.from_environment()))
    except (CommandFailed, Refused, ValidationError, OSError) as problem:
        log.error("%s", problem)
        return 1
    return 0


def run(paths: Paths) -> str:
    """Do what is due at *paths*; one sentence of what that was."""
    record = read_unit(paths)
    if record is None or not paths.root_json.exists():
        return "chưa ghi danh / not enrolled"
    own(paths.upgrades.parent)
    clock = make_clock(settings_of(paths), paths)
    surroundings = Surroundings(paths, record, paths.root_json.read_bytes(), clock)
    never = threading.Event()

    def pause(seconds: float) -> None:
        never.wait(seconds)

    return Upgrade(paths, surroundings, Machine(paths), JournalDiary(paths, clock), pause).run()


if __name__ == "__main__":
    sys.exit(main())
