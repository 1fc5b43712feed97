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
from caretaker.software.way_back import WayBack
from caretaker.voice import voice_said
from device.clock import make_clock
from device.paths import Paths
from device.unit import NOT_ENROLLED, read_unit

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
    clock = make_clock(settings_of(paths), paths)
    machine, diary, never = Machine(paths), JournalDiary(paths, clock), threading.Event()

    def pause(seconds: float) -> None:
        never.wait(seconds)

    def sounding(_: float) -> bool:
        now = clock.now()
        return bool(voice_said(paths, now.boot, now.mono).get("sounding"))

    def back(why: str) -> str:
        own(paths.upgrades.parent)
        return WayBack(paths, sounding, machine, diary, pause).without_the_rest(why)

    try:
        record = read_unit(paths)
    except Refused as unreadable:
        # Perhaps what is on trial wrote there what its predecessor cannot read: that must not keep it from going back.
        if ended := back(str(unreadable)):
            return ended
        raise
    if record is None or not paths.root_json.exists():
        return back(NOT_ENROLLED) or NOT_ENROLLED
    own(paths.upgrades.parent)
    surroundings = Surroundings(paths, record, paths.root_json.read_bytes(), clock)
    return Upgrade(paths, surroundings, machine, diary, pause).run()


if __name__ == "__main__":
    sys.exit(main())
