"""The agent as a program: it waits for the enrolment, runs until told to stop, and never ends for what others send."""

import asyncio
import contextlib
import logging
import signal

from agent.session import Identity, Session, status
from bundle.errors import Refused
from device.acks import read_acks
from device.clock import Clock, make_clock
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from device.settings import Settings, load_settings
from device.status import write_status
from device.unit import read_unit
from device.watchdog import Watchdog
from director.moment import Moment

log = logging.getLogger(__name__)

LOOK_FOR_ENROLMENT = 2.0
RETIRE_EVERY = 3600.0

FileState = tuple[int, int] | None


def run(paths: Paths) -> int:
    """Run the agent of the unit at *paths* until SIGTERM or SIGINT; 0 is a clean end."""
    return asyncio.run(_until_told(paths))


async def _until_told(paths: Paths) -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await until(paths, told)
    return 0


async def until(paths: Paths, told: asyncio.Event) -> None:
    """Run until *told*; a fault of our own ends it with that fault."""
    with contextlib.closing(Watchdog.from_environment()) as watchdog:
        await _until(paths, told, watchdog)


async def _until(paths: Paths, told: asyncio.Event, watchdog: Watchdog) -> None:
    agent, stop = asyncio.ensure_future(serve(paths, watchdog)), asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait({agent, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
        agent.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await agent


async def serve(paths: Paths, watchdog: Watchdog) -> None:
    """One session after another, each as long as the enrolment stays what it is."""
    settings, complaints = _settings(paths)
    clock = make_clock(settings, paths)
    writer = JournalWriter(paths.journal("agent"), simulated=clock.simulated, ram=paths.journal_ram("agent"))
    try:
        faults = Faults(paths.journal("agent"), writer)
        while True:
            before = _state(paths)
            found, reasons = _identity(paths)
            if found is None:
                write_status(paths, status(clock, False, (*complaints, *reasons)))
                watchdog.fed()
                await asyncio.sleep(LOOK_FOR_ENROLMENT)
                continue
            session = Session(paths, settings, clock, found, writer, faults, complaints)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(session.run())
                await _until_changed(paths, before, writer, faults, clock, watchdog)
                running.cancel()
    finally:
        writer.close()


async def _until_changed(
    paths: Paths, before: list[FileState], writer: JournalWriter, faults: Faults, clock: Clock, watchdog: Watchdog
) -> None:
    loop = asyncio.get_running_loop()
    retire_at = loop.time()
    while _state(paths) == before:
        if loop.time() >= retire_at:
            retire(paths, writer, faults, clock.now())
            retire_at = loop.time() + RETIRE_EVERY
        # The loop goes round: nothing of what runs in it hangs. A look that waits for its registry is no reason to be killed.
        watchdog.fed()
        await asyncio.sleep(LOOK_FOR_ENROLMENT)


def retire(paths: Paths, writer: JournalWriter, faults: Faults, now: Moment) -> None:
    """Delete what the registry has of the agent's own journal, and what there is no room for."""
    # An active fault stays in the journal: the next start must know of it, to say that it is over.
    if faults.active and writer.surplus() < 0:
        return
    faults.repeat(now)
    writer.forget(read_acks(paths).get("agent", -1))


def _settings(paths: Paths) -> tuple[Settings, tuple[str, ...]]:
    """The wiring; when it is wrong the agent runs all the same, so that the registry hears what is wrong."""
    try:
        return load_settings(paths.unit_toml), ()
    except Refused as refused:
        return Settings(), tuple(str(complaint) for complaint in refused.complaints)


def _identity(paths: Paths) -> tuple[Identity | None, tuple[str, ...]]:
    try:
        record = read_unit(paths)
    except Refused as refused:
        return None, tuple(str(complaint) for complaint in refused.complaints)
    if record is None:
        return None, ("chưa ghi danh / not enrolled",)
    try:
        return Identity(record, paths.key.read_bytes(), paths.root_json.read_bytes()), ()
    except OSError as problem:
        return None, (f"{problem.filename}: không đọc được / cannot be read: {problem.strerror}",)


def _state(paths: Paths) -> list[FileState]:
    found: list[FileState] = []
    for path in (paths.unit_json, paths.key, paths.root_json):
        try:
            state = path.stat()
            found.append((state.st_ino, state.st_mtime_ns))
        except FileNotFoundError:
            found.append(None)
    return found
