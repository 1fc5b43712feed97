"""A registry restored from a backup that still knows the unit: what it had acknowledged since comes back, as far as the unit has it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from agent.registry import RegistryLink
from device.acks import read_acks
from device.journal import JournalWriter
from evidence.packing import inflated
from evidence.records import Gap, Shown, journal_line
from evidence.report import Acknowledgement, Journalled, Report
from evidence.signing import claimed
from evidence.travelling import signed
from registry.fleet.keeping import kept
from registry.fleet.tables import lines
from registry.storage.backup import back_up, restore
from registry.storage.storage import open_storage
from tests.agent.test_agent_reports import Rig
from tests.agent.unit_under_test import UNIT, shown, writer


class Office(Rig):
    """A unit and a registry of which there is a backup; every report of the unit brings one receipt."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data, self.copy, self.sent = folder / "registry", folder / "backup", list[Report]()

    def restart_agent(self) -> None:
        super().restart_agent()
        real = self.reporter.link.deliver

        async def listening(token: str) -> Acknowledgement:
            self.sent.append(Report.model_validate_json(inflated(claimed(token), "report", 10**6)))
            return await real(token)

        self.reporter.link.deliver = listening  # type: ignore[method-assign]

    async def back_up(self) -> None:
        await asyncio.to_thread(back_up, self.data, self.copy, lambda *_: None)

    async def restore(self) -> None:
        """As a technician does it: the broken folder away, the backup into an empty one."""
        await self.registry.stop()
        shutil.rmtree(self.data)
        await asyncio.to_thread(restore, self.copy, self.data, lambda *_: None)
        await self.registry.start()

    async def presented(self, journal: JournalWriter, reports: int) -> None:
        for _ in range(reports):
            journal.write(shown(), sync=True)
            await self.poll()

    async def journal(self) -> list[Shown | Gap]:
        """What the registry holds of the display's journal, in order."""
        async with await open_storage(self.data) as storage, storage.reading() as connection:
            mine = select(lines.c.line).where(lines.c.program == "display").order_by(lines.c.n)
            found = [journal_line.validate_json(each) for each in await connection.scalars(mine)]
        assert all(isinstance(each, Shown | Gap) for each in found)
        return found  # type: ignore[return-value]

    async def whole_to(self) -> int:
        async with await open_storage(self.data) as storage, storage.reading() as connection:
            return (await kept(connection, UNIT))["display"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    found = Office(tmp_path)
    await found.start()
    yield found
    found.outbox.close()
    await found.http.close()
    await found.registry.stop()


@pytest.mark.parametrize("restarted", [False, True], ids=["it ran on", "it was restarted since"])
async def test_what_was_acknowledged_after_the_backup_comes_back_exactly_once(office: Office, restarted: bool) -> None:
    journal = writer(office.paths)
    await office.presented(journal, 2)
    await office.back_up()
    await office.presented(journal, 3)
    assert read_acks(office.paths)["display"] <= 4 == office.reporter.kept["display"]
    await office.restore()
    assert await office.registry.kept_lines("display") == [0, 1]
    if restarted:
        office.reporter.keep_acks()
        office.outbox.close()
        office.restart_agent()
    await office.presented(journal, 1)
    assert await office.registry.kept_lines("display") == [0, 1, 2, 3, 4, 5]
    assert await office.whole_to() == 5 == office.reporter.kept["display"]
    before = len(office.sent)
    await office.presented(journal, 2)
    assert [len(said.lines) for said in office.sent[before:]] == [1, 1], "and nothing is told a third time"
    assert [line.n for line in await office.journal()] == list(range(8))


async def test_what_is_no_longer_on_the_unit_is_a_gap_that_holds_nothing_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.journal.SEGMENT_BYTES", 600)
    journal = writer(office.paths)
    await office.presented(journal, 2)
    await office.back_up()
    await office.presented(journal, 9)
    journal.forget(office.reporter.kept["display"])
    left = [int(path.stem) for path in sorted(office.paths.journal("display").glob("*.seg"))]
    assert 2 < left[0] <= 10, "the unit gave up some of what was acknowledged, and not all"
    await office.restore()
    await office.presented(journal, 2)
    held = await office.journal()
    (gap,) = [line for line in held if isinstance(line, Gap)]
    assert (gap.first, gap.last) == (2, left[0] - 1)
    assert [line.n for line in held if isinstance(line, Shown)] == [0, 1, *range(left[0], 13)]
    assert await office.whole_to() == 12 == office.reporter.kept["display"]


async def test_more_than_one_report_brings_comes_back_whole(office: Office) -> None:
    await office.back_up()
    journal = writer(office.paths)
    journal.write_all([shown()] * 700)
    await office.poll()
    await office.restore()
    await office.presented(journal, 1)
    assert await office.registry.kept_lines("display") == list(range(701))
    assert await office.whole_to() == 700


async def test_a_second_restore_from_the_same_backup_is_noticed_as_well(office: Office) -> None:
    journal = writer(office.paths)
    await office.presented(journal, 1)
    await office.back_up()
    for number in (2, 4):
        await office.presented(journal, 1)
        await office.restore()
        await office.presented(journal, 1)
        assert await office.registry.kept_lines("display") == list(range(number + 1))


async def test_where_it_is_refused_it_is_not_sent_for_ever(office: Office) -> None:
    """A copied card that spoke first after the restore leaves a contradiction, which a person must look into."""
    journal = writer(office.paths)
    await office.presented(journal, 1)
    await office.back_up()
    await office.presented(journal, 5)
    await office.restore()
    other = shown().model_copy(update={"n": 3, "item": "tin-khac"})
    copied = Report(unit=UNIT, boot="boot-copy", n=1, at=other.at, versions={}, lines=(Journalled(program="display", line=other),))
    await RegistryLink(office.http, office.registry.url).deliver(signed(copied, office.key))
    before = len(office.sent)
    for _ in range(8):
        await office.poll()
    later = office.sent[before:]
    assert {said.n for said in later if said.lines} == {min(said.n for said in later if said.lines)}, "one report carries them, and waits"
    assert len({said.n for said in later if not said.lines}) >= 7, "the others pass it"
    assert await office.registry.kept_lines("display") == [0, 3]
    assert office.outbox.parked() is not None


BEYOND = 2**62


async def test_a_registry_that_claims_more_than_was_sent_is_believed_so_far(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds a copy of the card can make it say so; every line that is on no report yet stays here all the same."""
    real = office.reporter.link.deliver

    async def lied_to(token: str) -> Acknowledgement:
        answer = await real(token)
        return answer.model_copy(update={"kept": {**answer.kept, "display": BEYOND, "nobody": BEYOND}})

    monkeypatch.setattr(office.reporter.link, "deliver", lied_to)
    journal = writer(office.paths)
    await office.presented(journal, 3)
    office.reporter.keep_acks()
    assert office.reporter.kept["display"] == 2 == read_acks(office.paths)["display"]
    office.outbox.close()
    office.restart_agent()
    await office.presented(journal, 2)
    assert await office.registry.kept_lines("display") == [0, 1, 2, 3, 4]


async def test_a_copied_card_that_calls_everything_lost_keeps_no_line_of_the_unit_from_the_registry(office: Office) -> None:
    journal = writer(office.paths)
    await office.presented(journal, 1)
    at, key = office.clock.now().stamp(), office.key
    lost = Journalled(program="display", line=Gap(n=1, at=at, first=1, last=10**6))
    copy = Report(unit=UNIT, boot="copy", n=1, at=at, lines=(lost,))
    answer = await RegistryLink(office.http, office.registry.url).deliver(signed(copy, key))
    assert answer.kept["display"] == 1, "no line follows it in the same report"
    await office.presented(journal, 3)
    assert await office.whole_to() == 3 == office.reporter.kept["display"]
    assert [line.n for line in await office.journal()] == [0, 1, 2, 3]
