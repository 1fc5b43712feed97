"""The service of provisioning: it brings the unit as far as it gets, tells the next step, and rests once a site is confirmed."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable

from bundle.errors import Refused
from device.clock import Clock, make_clock
from device.first_boot import FirstBoot, Step, write_first_boot
from device.first_boot_settings import FirstBootSettings
from device.paths import Paths
from device.settings import Settings, load_settings
from device.status import fresh, read_status
from device.unit import Enrolment
from device.watchdog import Watchdog
from evidence.self_test import SelfTest
from provisioning.first_boot.known import Known
from provisioning.first_boot.pairing import Registry
from provisioning.first_boot.self_test import self_test
from provisioning.first_boot.steps import Steps
from provisioning.network.manager import Network
from provisioning.page.door import Door
from provisioning.supply import watch_for_ever

ROUND = 1.0
"""Seconds between two looks at whether there is something new to tell; a look costs a comparison."""
REPEAT = 5.0
"""Seconds after which the same is told again, so that everybody sees that somebody still tells it."""
HOLDING = ("display", "amplifier")
log = logging.getLogger(__name__)

Test = Callable[[Paths], tuple[SelfTest, ...]]


def run(paths: Paths) -> int:
    """Run until SIGTERM or SIGINT; 0 is a clean end."""
    return asyncio.run(_until_told(paths))


async def _until_told(paths: Paths) -> int:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    with contextlib.closing(Watchdog.from_environment()) as watchdog:
        service = asyncio.ensure_future(serve(paths, Registry(), watchdog))
        stop = asyncio.ensure_future(told.wait())
        await asyncio.wait({service, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        service.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await service
    return 0


async def serve(paths: Paths, registry: Registry, watchdog: Watchdog, test: Test = self_test, network: Network | None = None) -> None:
    """Go on for ever; a fault of our own ends it with that fault."""
    settings = _settings(paths)
    clock, known, pace = make_clock(settings, paths), Known(), settings.first_boot
    async with asyncio.TaskGroup() as group:
        group.create_task(_tell(paths, clock, known, watchdog))
        group.create_task(_go_on(paths, Steps(paths, clock, registry, pace, known)))
        group.create_task(watch_for_ever(paths, clock))
        group.create_task(_test(paths, clock, known, pace, test))
        group.create_task(Door(paths, clock, settings, known, network or Network()).run())


async def _tell(paths: Paths, clock: Clock, known: Known, watchdog: Watchdog) -> None:
    """Tell at once whatever changed, and repeat the last word while the site is not confirmed."""
    before: FirstBoot | None = None
    while True:
        told = known.tell(clock.now())
        again = told.step is not Step.DONE and before is not None and told.at.mono - before.at.mono >= REPEAT
        if before is None or _differs(told, before) or again:
            before = told
            try:
                write_first_boot(paths, told)
            except OSError as problem:
                # A full folder in RAM: nobody hears of the next step, and the unit goes on all the same.
                log.warning("%s: %s", paths.first_boot, problem.strerror)
        watchdog.fed()
        await asyncio.sleep(ROUND)


def _differs(told: FirstBoot, before: FirstBoot) -> bool:
    return told.model_copy(update={"at": before.at}) != before


async def _go_on(paths: Paths, steps: Steps) -> None:
    """Look again and again; once the site is confirmed, only when somebody replaced the enrolment."""
    enrolment = Enrolment(paths)
    pause = await steps.look()
    while True:
        await asyncio.sleep(pause)
        if steps.known.step is not Step.DONE or enrolment.changed:
            enrolment = Enrolment(paths)
            pause = await steps.look()


async def _test(paths: Paths, clock: Clock, known: Known, pace: FirstBootSettings, test: Test) -> None:
    """Test until the site is confirmed; afterwards the programs that use the hardware tell how it is."""
    await _spoken(paths, clock, pace.others)
    while True:
        if known.step is not Step.DONE:
            known.tests = await asyncio.to_thread(test, paths)
        await asyncio.sleep(pace.test)


async def _spoken(paths: Paths, clock: Clock, most: float) -> None:
    """Wait until those who hold screen and pins have said something in this boot: asked before, they would be called missing."""
    end = clock.now().mono + most
    while True:
        now = clock.now()
        if now.mono >= end or all(fresh(read_status(paths, program), now, now.mono) for program in HOLDING):
            return
        await asyncio.sleep(ROUND)


def _settings(paths: Paths) -> Settings:
    try:
        return load_settings(paths.unit_toml)
    except Refused:
        return Settings()  # the first look says what is wrong with it
