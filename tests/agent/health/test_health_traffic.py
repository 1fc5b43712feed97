"""The bytes of a day: over restarts, reboots, midnight and a modem's reset none counts twice, and the card is hardly written."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.health.link import counters
from agent.health.reading import Reader
from agent.health.traffic import WRITE_EVERY, Traffic, counted, worth_writing
from device.clock import ManualClock
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from tests.agent.health.machine_under_test import counted_by_kernel, interface
from tests.simulators.live_registry import until

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
"""12:00 in the village."""
DAY = 86_400.0


def moment(seconds: float, boot: str = "b1", state: ClockState = ClockState.TRUSTED) -> Moment:
    return Moment(NOON + timedelta(seconds=seconds), state, boot, 1000.0 + seconds)


def bytes_of(traffic: Traffic) -> tuple[int, int]:
    return traffic.received, traffic.sent


def test_a_day_ends_at_midnight_of_the_village_and_goes_on_over_a_reboot() -> None:
    found = counted(Traffic(), {"eth0": (1000, 100)}, moment(0))
    found = counted(found, {"eth0": (1500, 160)}, moment(60))
    assert bytes_of(found) == (1500, 160)
    found = counted(found, {"eth0": (200, 20)}, moment(120, "b2"))
    assert bytes_of(found) == (1700, 180), "a new boot counts from nothing"
    found = counted(found, {"eth0": (700, 70)}, moment(13 * 3600, "b2"))
    assert bytes_of(found) == (500, 50)


def test_a_modem_that_was_reset_counts_from_nothing_and_takes_nothing_away() -> None:
    found = counted(Traffic(), {"wwan0": (9000, 900)}, moment(0))
    found = counted(found, {}, moment(60))
    assert bytes_of(counted(found, {"wwan0": (50, 5)}, moment(120))) == (9050, 905)
    shrunk = counted(counted(Traffic(), {"wwan0": (9000, 900)}, moment(0)), {"wwan0": (50, 5)}, moment(60))
    assert bytes_of(shrunk) == (9050, 905)


def test_a_clock_that_becomes_known_ends_no_day() -> None:
    found = counted(Traffic(), {"eth0": (1000, 100)}, moment(0, state=ClockState.UNKNOWN))
    assert bytes_of(counted(found, {"eth0": (1200, 120)}, moment(60))) == (1200, 120)


steps = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6), st.booleans(), st.integers(1, 3600)), max_size=25)


@given(steps)
def test_whatever_happens_on_one_day_every_byte_counts_once(life: list[tuple[int, int, bool, int]]) -> None:
    found, boot, at, now, total = Traffic(), 1, 0.0, (0, 0), (0, 0)
    for got, sent, reboots, seconds in life:
        if reboots:
            boot, now = boot + 1, (0, 0)
        at += seconds / 4
        now, total = (now[0] + got, now[1] + sent), (total[0] + got, total[1] + sent)
        found = counted(found, {"eth0": now}, moment(at, f"b{boot}"))
    assert bytes_of(found) == total


def test_the_card_is_written_once_in_five_megabytes_and_once_a_day() -> None:
    written = counted(Traffic(), {"eth0": (0, 0)}, moment(0))
    assert not worth_writing(written, counted(written, {"eth0": (WRITE_EVERY - 10, 9)}, moment(60)))
    assert worth_writing(written, counted(written, {"eth0": (WRITE_EVERY - 10, 10)}, moment(60)))
    assert worth_writing(written, counted(written, {"eth0": (0, 0)}, moment(DAY)))


async def test_after_a_restart_of_the_agent_the_day_goes_on_and_the_card_is_hardly_written(tmp_path: Path) -> None:
    paths, clock = Paths(tmp_path), ManualClock.at(NOON)
    interface(paths, "eth0", driver="r8152")

    def agent() -> Reader:
        return Reader(paths, clock, lambda: 0, lambda: 0)

    counted_by_kernel(paths, lo=(10**9, 10**9), eth0=(1_000_000, 50_000))
    first = agent()
    running = asyncio.ensure_future(first.run())
    await until(paths.traffic.exists)
    running.cancel()
    assert (first.read().received, first.read().sent) == (1_000_000, 50_000)
    counted_by_kernel(paths, lo=(10**9, 10**9), eth0=(3_000_000, 90_000))
    before = paths.traffic.read_bytes()
    assert first.read().received == 3_000_000
    assert paths.traffic.read_bytes() == before
    assert agent().read().received == 3_000_000, "the kernel still knows what this boot has carried"
    first.keep()
    assert paths.traffic.read_bytes() != before


def test_what_goes_through_a_tunnel_is_counted_where_it_leaves_the_machine(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    interface(paths, "wwan0", 519, "qmi_wwan")
    interface(paths, "ppp0", 512)
    interface(paths, "wg0", 65534)
    counted_by_kernel(paths, lo=(5, 5), wwan0=(70, 7), ppp0=(30, 3), wg0=(60, 6))
    assert counters(paths) == {"wwan0": (70, 7), "ppp0": (30, 3)}


def test_a_machine_without_such_a_list_counts_nothing_and_says_so(tmp_path: Path) -> None:
    found = Reader(Paths(tmp_path), ManualClock.at(NOON), lambda: 0, lambda: 0).read()
    assert (found.received, found.sent, found.link) == (None, None, None)
