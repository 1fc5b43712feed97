"""Reports to the real registry: every line once, whatever happens to the link, the registry or the agent."""

import shutil
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from agent.outbox import Outbox
from agent.permits import Permits
from agent.registry import RegistryLink
from agent.reporting import Reporter
from device import journal
from device.acks import read_acks
from device.clock import ManualClock
from device.journal import JournalWriter, read
from device.paths import Paths
from device.status import write_status
from evidence.cadence import Cadence
from evidence.packing import inflated
from evidence.report import Acknowledgement, ProgramStatus, Report
from evidence.signing import claimed
from tests.agent.unit_under_test import CHANNEL, CLOCK, UNIT, alert_seen, record, shown, writer
from tests.simulators.live_registry import LiveRegistry

POLL = 900.0


class Rig:
    """One reporter against one registry, on a clock that moves when told."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "unit")
        self.registry = LiveRegistry(folder / "registry", folder / "site")
        self.clock = ManualClock(CLOCK.moment)
        self.heard: list[dict[str, int]] = []

    async def start(self) -> None:
        await self.registry.start()
        self.key = await self.registry.enrol(UNIT, f"{CHANNEL}.ban-mau", (CHANNEL,))
        self.http = ClientSession()
        self.restart_agent()

    def restart_agent(self) -> None:
        self.outbox = Outbox(self.paths.outbox)
        link = RegistryLink(self.http, self.registry.url)
        cadence = Cadence.of(UNIT, POLL, self.clock.now().mono)
        self.reporter = Reporter(
            self.paths,
            record(self.registry.url),
            self.key,
            self.outbox,
            link,
            self.clock,
            cadence,
            self.heard.append,
            Permits(self.paths, record(self.registry.url)),
        )

    async def poll(self) -> None:
        """Let the time of the next regular report, or of the longest back-off, come."""
        self.clock.advance(2 * POLL)
        await self.reporter.tick()

    def status(self, program: str, **rest: object) -> None:
        write_status(
            self.paths,
            ProgramStatus.model_validate({"program": program, "at": self.clock.now().stamp(), "ready": True, "versions": {}} | rest),
        )


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    found = Rig(tmp_path)
    await found.start()
    yield found
    found.outbox.close()
    await found.http.close()
    await found.registry.stop()


async def test_lines_arrive_and_are_acknowledged(rig: Rig) -> None:
    lines = writer(rig.paths)
    for _ in range(5):
        lines.write(shown(), sync=False)
    await rig.poll()
    assert await rig.registry.kept_lines("display") == [0, 1, 2, 3, 4]
    assert read_acks(rig.paths)["display"] == 4
    assert rig.outbox.waiting() is None


async def test_a_quiet_unit_still_says_that_it_lives(rig: Rig) -> None:
    await rig.poll()
    await rig.poll()
    assert await rig.registry.report_count() == 2
    await rig.reporter.tick()
    assert await rig.registry.report_count() == 2, "and not more often than it polls"


async def test_screentinker_299_an_outage_loses_no_proof_of_play(rig: Rig) -> None:
    """5 h 49 min without the registry: all 1,040 proofs of play arrive afterwards, each exactly once."""
    lines = writer(rig.paths)
    await rig.registry.stop()
    for number in range(1040):
        lines.write(shown(), sync=False)
        if number % 50 == 0:
            await rig.poll()
        if number == 500:
            rig.outbox.close()
            rig.restart_agent()
    await rig.registry.start()
    await rig.poll()
    assert await rig.registry.kept_lines("display") == list(range(1040))
    assert {program: n for program, n in read_acks(rig.paths).items() if n >= 0} == {"display": 1039}


async def test_during_an_outage_the_card_is_not_written(rig: Rig) -> None:
    lines = writer(rig.paths)
    await rig.registry.stop()
    await rig.poll()
    before = {path.name: path.stat().st_size for path in rig.paths.state.glob("outbox*")}
    for _ in range(20):
        lines.write(shown(), sync=False)
        await rig.poll()
    assert {path.name: path.stat().st_size for path in rig.paths.state.glob("outbox*")} == before


async def test_an_answer_that_got_lost_makes_no_second_copy(rig: Rig) -> None:
    """The registry committed, the link died: the same report goes out again, byte for byte."""
    writer(rig.paths).write(shown(), sync=True)
    real = rig.reporter.link.deliver

    async def lost(token: str) -> object:
        await real(token)
        raise ConnectionResetError

    rig.reporter.link.deliver = lost  # type: ignore[assignment, method-assign]
    with pytest.raises(ConnectionResetError):
        await rig.poll()
    rig.outbox.close()
    rig.restart_agent()
    await rig.poll()
    assert await rig.registry.kept_lines("display") == [0]
    assert await rig.registry.report_count() == 2


async def test_a_restart_sends_no_line_again(rig: Rig) -> None:
    writer(rig.paths).write(shown(), sync=True)
    await rig.poll()
    rig.paths.acks.unlink()  # not written after every report, for the sake of the card
    rig.outbox.close()
    rig.restart_agent()
    sent: list[str] = []
    real = rig.reporter.link.deliver

    def listening(token: str) -> Awaitable[Acknowledgement]:
        sent.append(token)
        return real(token)

    rig.reporter.link.deliver = listening  # type: ignore[assignment, method-assign]
    await rig.poll()
    assert [Report.model_validate_json(inflated(claimed(token), "report", 10**5)).lines for token in sent] == [()]


async def test_an_alert_is_reported_at_once_and_a_page_turn_is_not(rig: Rig) -> None:
    lines = writer(rig.paths)
    await rig.poll()
    first = await rig.registry.report_count()
    rig.status("display", showing="tiem-chung")
    await settle(rig)
    told = await rig.registry.report_count()
    for _ in range(3):
        lines.write(shown(), sync=False)
        rig.status("display", showing="cap-nuoc")
        await settle(rig)
    assert await rig.registry.report_count() == told
    lines.write(alert_seen(), sync=True)
    await rig.reporter.tick()
    assert await rig.registry.report_count() == told, "what follows at once goes with it"
    rig.clock.advance(1.0)
    await rig.reporter.tick()
    assert await rig.registry.report_count() == told + 1
    assert await rig.registry.kept_lines("display") == [0, 1, 2, 3]
    assert told == first + 1, "a program that is there for the first time is news"


async def test_a_program_that_is_no_longer_ready_is_news(rig: Rig) -> None:
    rig.status("audio")
    await rig.poll()
    before = await rig.registry.report_count()
    rig.status("audio", ready=False, reasons=("no sound device",))
    await settle(rig)
    assert await rig.registry.report_count() == before + 1


async def settle(rig: Rig) -> None:
    await rig.reporter.tick()
    rig.clock.advance(1.5)
    await rig.reporter.tick()


async def test_a_refused_report_is_parked_lets_others_pass_and_arrives_later(rig: Rig) -> None:
    """The registry forgot the unit (a restored database): nothing is thrown away, and no line is kept twice."""
    lines = writer(rig.paths)
    await rig.registry.forget(UNIT)
    lines.write(shown(), sync=True)
    await rig.poll()
    assert "not enrolled" in rig.reporter.refused
    lines.write(shown(), sync=True)
    await rig.registry.remember(UNIT)
    for _ in range(4):
        await rig.poll()
    assert await rig.registry.kept_lines("display") == [0, 1]
    assert rig.reporter.refused == ""
    assert rig.outbox.parked() is None


async def test_a_lost_outbox_loses_no_line_and_uses_no_number_twice(rig: Rig) -> None:
    lines = writer(rig.paths)
    lines.write(shown(), sync=True)
    await rig.poll()
    rig.outbox.close()
    rig.paths.outbox.write_bytes(b"not a database at all" * 100)
    lines.write(shown(), sync=True)
    rig.clock.advance(5)
    rig.restart_agent()
    await rig.poll()
    assert rig.reporter.refused == ""
    assert await rig.registry.kept_lines("display") == [0, 1]


async def test_a_hole_in_a_journal_is_named_and_holds_up_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 1000)
    lines = JournalWriter(rig.paths.journal("display"))
    for _ in range(12):
        lines.write(shown(), sync=True)
    segments = sorted(rig.paths.journal("display").glob("*.seg"))
    raw = bytearray(segments[1].read_bytes())
    raw[30] ^= 1
    segments[1].write_bytes(raw)
    await rig.poll()
    lost = range(int(segments[1].stem), int(segments[2].stem))
    there = [line.n for line in read(rig.paths.journal("display"))]
    assert await rig.registry.kept_lines("display") == sorted([*there, lost[0]])
    assert read_acks(rig.paths)["display"] == 11


async def test_acknowledgements_never_fall(rig: Rig, tmp_path: Path) -> None:
    writer(rig.paths).write(shown(), sync=True)
    await rig.poll()
    await rig.registry.stop()
    shutil.rmtree(tmp_path / "registry")
    await rig.registry.start()
    rig.key = await rig.registry.enrol(UNIT, f"{CHANNEL}.ban-mau", (CHANNEL,))
    rig.outbox.close()
    rig.restart_agent()
    await rig.poll()
    rig.reporter.keep_acks()
    assert read_acks(rig.paths)["display"] == 0
