"""A unit that enrolled itself from a prepared card is heard of by the real registry: by network, by stick, and when its card was copied."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from agent.claiming import Claiming
from agent.registry import RegistryLink
from bundle.errors import Refused
from device.clock import ManualClock
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from director.moment import Moment
from evidence.card import CLAIMS
from evidence.records import ClockState
from evidence.signing import new_key
from provisioning.card.enrolling import enrol_by_card
from provisioning.card.taking import take_over
from registry.fleet.letters import import_stick
from registry.web.app import make_app
from registry.web.config import OWN_KEYS, STORAGE, Config
from tests.simulators.cards import VILLAGES, CardMaker
from tests.simulators.courier import CourierUnit

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
MOMENT = Moment(NOW, ClockState.TRUSTED, "boot-1", 100.0)


class Machine:
    """A Pi with a card; *accepted* counts how often the registry let it in."""

    def __init__(self, folder: Path, number: str, link: RegistryLink) -> None:
        self.paths, self.accepted = Paths(folder), 0
        (folder / "boot/firmware").mkdir(parents=True)
        (folder / "proc/device-tree").mkdir(parents=True)
        (folder / "proc/device-tree/serial-number").write_text(number)
        self.link, self.clock = link, ManualClock(MOMENT)

    def first_boot(self, card_json: str) -> None:
        self.paths.card_json.write_text(card_json)
        take_over(self.paths, MOMENT)
        record = enrol_by_card(self.paths, VILLAGES[0].place, MOMENT)
        assert record is not None
        self.record = record
        self.start()

    def start(self) -> None:
        self.writer = JournalWriter(self.paths.journal("agent"))
        self.faults = Faults(self.paths.journal("agent"), self.writer)
        key = self.paths.key.read_bytes()
        self.claiming = Claiming(self.paths, self.record, key, self.link, self.clock, self.faults, self.let_in)

    def let_in(self) -> None:
        self.accepted += 1


class Province:
    """The registry behind a real socket, one prepared card of it, and machines that are started with it."""

    def __init__(self, folder: Path, server: TestServer, http: ClientSession) -> None:
        self.folder, self.app = folder, server.app
        self.link = RegistryLink(http, str(server.make_url("")))
        self.keys = server.app[OWN_KEYS]
        maker, key = CardMaker(self.keys.signing, self.keys.sealing), new_key()
        self.card = maker.file(maker.card(key, made=NOW, until=NOW + timedelta(days=180)), key).model_dump_json()
        self.stick = folder / "stick"
        (self.stick / "bangtin").mkdir(parents=True)

    def machine(self, number: str) -> Machine:
        made = Machine(self.folder / number, number, self.link)
        made.first_boot(self.card)
        return made

    async def office(self) -> list[bool]:
        return [told.enrolled for told in await import_stick(self.stick, self.app[STORAGE], self.keys, NOW)]


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    app = make_app(Config(data=tmp_path / "data", site=tmp_path / "site", url="https://bangtin.tinh.example", now=lambda: NOW))
    async with TestServer(app) as server, ClientSession() as http:
        yield Province(tmp_path, server, http)


async def test_the_registry_lets_it_in_and_it_asks_no_more(province: Province) -> None:
    unit = province.machine("pi-1")
    assert unit.claiming.open
    await unit.claiming.until_known()
    assert (unit.claiming.open, unit.accepted) == (False, 1)
    assert unit.claiming.said() is None
    unit.start()
    assert not unit.claiming.open, "also after the next start"


async def test_the_second_machine_is_refused_and_says_so_and_the_first_is_not_disturbed(province: Province) -> None:
    first, second = province.machine("pi-1"), province.machine("pi-2")
    await first.claiming.once()
    await second.claiming.once()
    assert second.claiming.open
    said = second.claiming.said()
    assert said is not None
    assert "refuses this unit's card" in said.text
    assert "another machine has used this card before" in second.faults.active[0]
    assert first.claiming.said() is None
    second.start()
    assert second.claiming.said() is not None, "also after the next start, before it has asked again"


async def test_by_stick_there_and_back(province: Province) -> None:
    unit = province.machine("pi-1")
    await unit.claiming.by_stick(province.stick, read_only=False)
    assert await province.office() == [True]
    assert unit.claiming.open, "a stick that was written is not yet a registry that was reached"
    await unit.claiming.by_stick(province.stick, read_only=False)
    assert (unit.claiming.open, unit.accepted) == (False, 1)


async def test_claim_and_reports_go_home_on_one_stick(province: Province) -> None:
    unit = province.machine("pi-1")
    courier = CourierUnit(unit.paths, b"{}", unit.clock, keys=province.keys.public, key=unit.paths.key.read_bytes(), unit=unit.record.unit)
    courier.courier.claiming = unit.claiming
    await courier.plug(province.stick)
    told = await import_stick(province.stick, province.app[STORAGE], province.keys, NOW)
    assert [(each.enrolled, each.new, each.refused) for each in told] == [(True, 0, []), (False, 1, [])]
    await courier.plug(province.stick)
    assert not unit.claiming.open
    courier.outbox.close()


@pytest.mark.parametrize("first_by_stick", [True, False])
async def test_two_machines_with_one_card_in_either_order(province: Province, first_by_stick: bool) -> None:
    walked, called = province.machine("pi-1"), province.machine("pi-2")
    await walked.claiming.by_stick(province.stick, read_only=False)
    if first_by_stick:
        await province.office()
        await called.claiming.once()
    else:
        await called.claiming.once()
        await province.office()
    await walked.claiming.by_stick(province.stick, read_only=False)
    assert (walked.accepted, called.accepted) == ((1, 0) if first_by_stick else (0, 1))
    refused = called if first_by_stick else walked
    assert refused.claiming.said() is not None


async def test_a_stick_carries_two_machines_with_one_card(province: Province) -> None:
    machines = [province.machine("pi-1"), province.machine("pi-2")]
    for machine in machines:
        await machine.claiming.by_stick(province.stick, read_only=False)
    assert sorted(await province.office()) == [False, True]
    for machine in machines:
        await machine.claiming.by_stick(province.stick, read_only=False)
    assert sorted(machine.accepted for machine in machines) == [0, 1]


async def test_another_units_answer_on_the_stick_is_refused(province: Province) -> None:
    unit, other = province.machine("pi-1"), province.machine("pi-2")
    await other.claiming.by_stick(province.stick, read_only=False)
    await province.office()
    (answer,) = (province.stick / CLAIMS).glob("*.jws")
    shutil.copy(answer, answer.with_name(f"{unit.claiming._name}.jws"))
    with pytest.raises(Refused, match="is for"):
        await unit.claiming.by_stick(province.stick, read_only=False)
    assert unit.claiming.open


async def test_no_network_and_a_locked_stick_leave_it_waiting(province: Province) -> None:
    unit = province.machine("pi-1")
    await unit.claiming.by_stick(province.stick, read_only=True)
    assert list((province.stick / "bangtin").iterdir()) == []
    assert unit.claiming.reasons() == ()
    unit.clock.advance(timedelta(days=30, seconds=1).total_seconds())
    assert "should have heard" in unit.claiming.reasons()[0]


async def test_a_unit_that_was_enrolled_otherwise_since_then_claims_nothing(province: Province) -> None:
    unit = province.machine("pi-1")
    unit.record = unit.record.model_copy(update={"enrolled_at": NOW + timedelta(days=1)})
    unit.start()
    assert not unit.claiming.open
