"""The agent as a whole, against the real registry and a real release tree."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.health.traffic import Traffic
from agent.main import until as agent_until
from bundle.orders import OrderKind, Orders, ReportOrder, order_name
from bundle.trust import Target
from device.acks import read_acks
from device.journal import read
from device.own import read_own
from device.paths import Paths
from device.status import read_status
from device.unit import write_unit
from evidence.health import BootReason, LinkKind
from evidence.records import Answered, Fault, FaultCode, Obedience
from tests.agent.health.machine_under_test import counted_by_kernel, interface, routes
from tests.agent.unit_under_test import CHANNEL, UNIT, install, record, settings_file
from tests.simulators.content import flood_alert, small_bundle
from tests.simulators.live_registry import LiveRegistry, until
from tests.simulators.publisher import Publisher

# The look of a start is spread over the poll, so this is how long a test may wait for it; the later ones come by hints.
POLL = "[agent]\npoll_seconds = 1\n"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Village:
    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "unit")
        self.publisher = Publisher(folder / "office", (CHANNEL,), now())
        self.registry = LiveRegistry(folder / "registry", self.publisher.site)

    async def install(self) -> None:
        key = await self.registry.enrol(UNIT, f"{CHANNEL}.ban-mau", (CHANNEL,))
        install(self.paths, self.registry.url, key, self.publisher.root_bytes)

    def publish(self, title: str, *pictures: bytes) -> None:
        self.publisher.release_bundle(CHANNEL, small_bundle(now(), title=title, pictures=pictures), pictures, now())

    def pack(self, target: Target = Target.BUNDLE) -> bytes:
        path = self.paths.shelf / CHANNEL / f"{target}.pack"
        return path.read_bytes() if path.exists() else b""

    def faults(self) -> list[tuple[FaultCode, bool]]:
        return [(line.code, line.active) for line in read(self.paths.journal("agent")) if isinstance(line, Fault)]

    def ready(self) -> bool:
        said = read_status(self.paths, "agent")
        return said is not None and said.ready


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    found = Village(tmp_path)
    await found.registry.start()
    yield found
    await found.registry.stop()


@asynccontextmanager
async def running(paths: Paths) -> AsyncIterator[None]:
    told = asyncio.Event()
    agent = asyncio.ensure_future(agent_until(paths, told))
    try:
        yield
    finally:
        told.set()
        async with asyncio.timeout(15):
            await agent


async def test_from_enrolment_to_the_shelf_and_back_as_a_receipt(village: Village) -> None:
    """One run: not enrolled, enrolled, content arrives, a newer one comes by a hint, what is told is acknowledged."""
    settings_file(village.paths, POLL)
    village.publish("một", b"picture")
    async with running(village.paths):
        await until(lambda: read_status(village.paths, "agent") is not None)
        said = read_status(village.paths, "agent")
        assert said is not None
        assert not said.ready
        assert "not enrolled" in said.reasons[0]
        await village.install()
        await until(lambda: "một" in village.pack().decode())
        await until(village.ready)
        await until(village.registry.report_count)
        village.publish("hai")
        await until(lambda: "hai" in village.pack().decode())
    assert village.faults() == []


async def test_an_order_from_the_office_is_obeyed_and_its_answer_is_at_the_registry(village: Village) -> None:
    settings_file(village.paths, POLL)
    order = ReportOrder(
        kind=OrderKind.REPORT,
        id="bao-cao",
        person=village.publisher.keys["ops"].person,
        units=(UNIT,),
        since=now() - timedelta(minutes=1),
        expires=now() + timedelta(hours=1),
        reason="họp giao ban",
    )
    village.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(order,)), at=now())
    await village.install()

    def told() -> list[Answered]:
        return [line for line in read(village.paths.journal("agent")) if isinstance(line, Answered)]

    async def arrived() -> bool:
        return told()[0].n in await village.registry.kept_lines("agent")

    async with running(village.paths):
        await until(lambda: bool(told()))
        await until(arrived)
    assert [(each.identity, each.outcome) for each in told()] == [(order_name(CHANNEL, order), Obedience.DONE)]


async def test_how_the_unit_is_reaches_the_registry_and_its_day_is_kept_at_the_end(village: Village) -> None:
    settings_file(village.paths, POLL)
    await village.install()
    village.paths.last_words.mkdir(parents=True)
    interface(village.paths, "eth0", driver="bcmgenet")
    routes(village.paths, ("eth0", 100))
    counted_by_kernel(village.paths, eth0=(7_000_000, 80_000))
    async with running(village.paths):

        async def told() -> bool:
            return await village.registry.report_count() > 1 and (await village.registry.held(UNIT)).health is not None

        await until(told)
        counted_by_kernel(village.paths, eth0=(7_000_500, 80_000))
    health = (await village.registry.held(UNIT)).health
    assert health is not None
    assert (health.boot, health.link, health.received, health.blobs) == (BootReason.FIRST, LinkKind.CABLE, 7_000_000, 0)
    assert health.celsius is None
    assert read_own(Traffic, village.paths.traffic).received == 7_000_000


async def test_a_poll_with_nothing_new_is_one_request(village: Village) -> None:
    settings_file(village.paths, POLL)
    village.publish("một", b"picture")
    await village.registry.look()
    await village.install()
    async with running(village.paths):
        asked = village.registry.requests
        # The hint of the beginning calls for one look at the source itself; the poll may have been first.
        await until(lambda: "một" in village.pack().decode() and any(path.endswith("timestamp.json") for path in asked))
        before = len(asked)
        await until(lambda: asked[before:].count("/v1/check") >= 3)
        assert [path for path in asked[before:] if path.startswith("/content")] == []


async def test_a_registry_that_lags_behind_the_source_is_not_chased_at_every_poll(village: Village, tmp_path: Path) -> None:
    """Its answer is older than what the unit has: that is refused once, and from then on the source's own word is one request."""
    await village.registry.stop()
    village.registry = LiveRegistry(tmp_path / "lagging", village.publisher.site, watch_every=3600)
    await village.registry.start()
    settings_file(village.paths, POLL)
    village.publish("một")
    await village.install()
    async with running(village.paths):
        asked = village.registry.requests
        await until(lambda: "một" in village.pack().decode())
        # By the hint of the beginning, after the poll that was refused, and after the next one.
        await until(lambda: sum(path.endswith("timestamp.json") for path in asked) >= 3)
        before = len(asked)
        await until(lambda: asked[before:].count("/v1/check") >= 3)
        assert {path.rpartition("/")[2] for path in asked[before:] if path.startswith("/content")} == {"timestamp.json"}
    assert village.faults() == []


async def test_without_the_combined_check_the_static_files_are_enough(village: Village) -> None:
    """A registry page behind a portal, a CDN alone: whatever answers there, the timestamps themselves are asked for."""
    settings_file(village.paths, POLL)
    village.publish("một")
    await village.install()
    write_unit(village.paths, record(village.registry.url).model_copy(update={"registry": f"{village.registry.url}/nowhere"}))
    async with running(village.paths):
        await until(lambda: "một" in village.pack().decode())
        village.publish("hai")
        await until(lambda: "hai" in village.pack().decode())


async def test_a_hint_brings_an_alert_long_before_the_next_poll_and_without_a_request(village: Village) -> None:
    settings_file(village.paths, "[agent]\npoll_seconds = 20\n")
    village.publish("một")
    await village.install()
    async with running(village.paths):
        await until(lambda: "/v1/hints" in village.registry.requests)
        await until(lambda: "một" in village.pack().decode(), 25)
        await until(lambda: village.registry.requests[-1] == "/v1/report")
        before = len(village.registry.requests)
        village.publisher.release_alerts(CHANNEL, flood_alert(now()), at=now())
        await until(lambda: village.pack(Target.ALERTS), 5)
        assert not [path for path in village.registry.requests[before:] if path.startswith("/content/")]


async def test_the_registry_goes_and_comes_back(village: Village) -> None:
    settings_file(village.paths, POLL)
    village.publish("một")
    await village.install()
    async with running(village.paths):
        await until(village.pack)
        await village.registry.stop()
        await until(lambda: (FaultCode.UNREACHABLE, True) in village.faults())
        village.publish("hai")
        await village.registry.start()
        await until(lambda: "hai" in village.pack().decode(), 30)
        await until(lambda: (FaultCode.UNREACHABLE, False) in village.faults())
        await until(lambda: _kept(village, [0, 1]), 30)
    assert village.faults() == [(FaultCode.UNREACHABLE, True), (FaultCode.UNREACHABLE, False)], "once per change"
    assert read_acks(village.paths)["agent"] == 1


async def _kept(village: Village, numbers: list[int]) -> bool:
    return await village.registry.kept_lines("agent") == numbers


async def test_what_is_refused_is_reported_and_the_old_stays(village: Village) -> None:
    settings_file(village.paths, POLL)
    village.publish("tốt")
    await village.install()
    async with running(village.paths):
        await until(village.pack)
        good = village.pack()
        timestamp = village.publisher.site / "metadata" / CHANNEL / "timestamp.json"
        signed = timestamp.read_bytes()
        forged = json.loads(signed)
        forged["signed"]["version"] += 1
        timestamp.write_text(json.dumps(forged))
        await until(lambda: (FaultCode.CONTENT_REFUSED, True) in village.faults())
        await until(lambda: _kept(village, [0]))
        assert village.pack() == good
        timestamp.write_bytes(signed)
        village.publish("tốt hơn")
        await until(lambda: (FaultCode.CONTENT_REFUSED, False) in village.faults())
        assert "tốt hơn" in village.pack().decode()
    assert village.faults() == [(FaultCode.CONTENT_REFUSED, True), (FaultCode.CONTENT_REFUSED, False)], "once, however often it looked"


async def test_a_spent_budget_is_told_and_an_alert_still_comes(village: Village) -> None:
    settings_file(village.paths, f"{POLL}[agent.budget]\nroutine_mb = 1\n")
    village.publish("một", bytes(1_500_000))
    await village.install()
    async with running(village.paths):
        await until(lambda: (FaultCode.DATA_BUDGET, True) in village.faults())
        await until(lambda: "waits for tomorrow" in str(read_status(village.paths, "agent")))
        assert village.ready(), "it works, and waits"
        village.publisher.release_alerts(CHANNEL, flood_alert(now()), at=now())
        await until(lambda: village.pack(Target.ALERTS))
        assert village.pack() == b""
    assert village.faults() == [(FaultCode.DATA_BUDGET, True)], "and the link is not called away"


async def test_wrong_wiring_is_told_and_the_content_still_comes(village: Village) -> None:
    settings_file(village.paths, "[agent]\npol_seconds = 1\n")
    village.publish("một")
    await village.install()
    async with running(village.paths):
        await until(lambda: read_status(village.paths, "agent") is not None)
        said = read_status(village.paths, "agent")
        assert said is not None
        assert not said.ready
        assert "poll_seconds" in said.reasons[0]
        await until(village.pack, 35)


def test_sigterm_ends_the_program_cleanly_before_it_is_enrolled(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    settings_file(paths, "")
    command = [
        sys.executable,
        "-c",
        "import sys; from agent.main import run; from device.paths import Paths; sys.exit(run(Paths.from_environment()))",
    ]
    program = subprocess.Popen(command, env=os.environ | {"BANGTIN_ROOT": str(tmp_path)})
    try:
        asyncio.run(until(lambda: read_status(paths, "agent") is not None))
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait()


async def test_a_damaged_enrolment_or_a_lost_key_is_told_and_a_new_one_is_taken_up(village: Village) -> None:
    settings_file(village.paths, POLL)
    village.publish("một")
    await village.install()
    key = village.paths.key.read_bytes()
    village.paths.key.unlink()
    async with running(village.paths):
        await until(lambda: _reason(village, str(village.paths.key)))
        village.paths.unit_json.write_bytes(b"{")
        await until(lambda: _reason(village, "ghi danh lại"))
        install(village.paths, village.registry.url, key, village.publisher.root_bytes)
        await until(village.pack)
        await until(village.ready)


async def test_a_unit_that_is_enrolled_anew_follows_its_new_place_without_a_restart(village: Village) -> None:
    settings_file(village.paths, POLL)
    village.publish("một")
    key = await village.registry.enrol(UNIT, f"{CHANNEL}.ban-mau", (CHANNEL,))
    install(village.paths, "http://127.0.0.1:1", key, village.publisher.root_bytes)
    async with running(village.paths):
        await until(lambda: (FaultCode.UNREACHABLE, True) in village.faults())
        install(village.paths, village.registry.url, key, village.publisher.root_bytes)
        await until(village.pack)
        await until(lambda: (FaultCode.UNREACHABLE, False) in village.faults())


def _reason(village: Village, words: str) -> bool:
    said = read_status(village.paths, "agent")
    return said is not None and not said.ready and any(words in reason for reason in said.reasons)
