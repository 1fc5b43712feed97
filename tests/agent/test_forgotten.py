"""A registry restored from an older backup takes back the units that were enrolled since: nobody has to drive there."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import insert, select

from agent.claiming import Claiming
from agent.outbox import Outbox
from agent.permits import Permits
from agent.registry import RegistryLink
from agent.reporting import Reporter
from device.clock import ManualClock
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from device.unit import UnitRecord
from director.moment import Moment
from evidence.cadence import Cadence
from evidence.records import ClockState, FaultCode
from evidence.signing import new_key
from provisioning.card.enrolling import enrol_by_card
from provisioning.card.taking import take_over
from provisioning.enrol import enrol
from provisioning.grant import read_grant
from provisioning.link import ask_to_enrol
from registry.audit.chain import rows
from registry.cards.claiming import row_of
from registry.cards.tables import cards
from registry.fleet.grants import Destination, make_grant
from registry.fleet.letters import import_stick
from registry.fleet.own_keys import own_keys
from registry.fleet.replacing import confirm
from registry.fleet.tables import units
from registry.fleet.views import one
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from tests.agent.unit_under_test import shown
from tests.simulators.cards import VILLAGES, CardMaker
from tests.simulators.courier import CourierUnit
from tests.simulators.live_registry import LiveRegistry

NOW = datetime.now(UTC)
MOMENT = Moment(NOW, ClockState.TRUSTED, "boot-1", 100.0)
POLL = 900.0


class Office:
    """The registry's machine, with one backup of its data."""

    def __init__(self, folder: Path) -> None:
        self.data, self.backup = folder / "registry", folder / "backup"
        self.live = LiveRegistry(self.data, folder / "site")

    async def back_up(self) -> None:
        await self.live.stop()
        shutil.copytree(self.data, self.backup)
        await self.live.start()

    async def restore(self) -> None:
        await self.live.stop()
        shutil.rmtree(self.data)
        shutil.copytree(self.backup, self.data)
        await self.live.start()

    async def events(self) -> list[str]:
        async with await open_storage(self.data) as storage, storage.reading() as connection:
            return [row.event for row in await rows(connection)]

    async def faults(self, unit: str) -> list[FaultCode]:
        async with await open_storage(self.data) as storage, storage.reading() as connection:
            found = await one(connection, unit, wall_clock())
        assert found is not None
        return [fault.code for fault in found.known.faults]

    async def known(self) -> list[str]:
        async with await open_storage(self.data) as storage, storage.reading() as connection:
            return list(await connection.scalars(select(units.c.unit).order_by(units.c.unit)))


class Site:
    """One unit of the office: enrolled for real, then its agent's reports and claims by a clock that moves when told."""

    def __init__(self, folder: Path, office: Office, http: ClientSession) -> None:
        self.paths, self.office, self.http = Paths(folder), office, http
        (folder / "boot/firmware").mkdir(parents=True)
        (folder / "proc/device-tree").mkdir(parents=True)
        (folder / "proc/device-tree/serial-number").write_text(folder.name)

    async def by_grant(self) -> None:
        """As a technician's phone lets a unit in: over the network, with what the registry answers."""
        destination = Destination("vn.20.06001.03", "Thôn Nà Lạc", ("vn.20.06001",), ("vi",), '{"signed": {}}')
        async with await open_storage(self.office.data) as storage, storage.writing() as connection:
            made = await make_grant(connection, destination, self.office.live.url, wall_clock())
        self.start(await enrol(self.paths, read_grant(made), None, NOW, ask_to_enrol))

    async def by_card(self) -> None:
        keys = own_keys(self.office.data)
        maker, key, url = CardMaker(keys.signing, keys.sealing), new_key(), self.office.live.url
        card = maker.card(key, made=NOW, until=NOW + timedelta(days=180), registry=url, content=f"{url}/content")
        async with await open_storage(self.office.data) as storage, storage.writing() as connection:
            await connection.execute(insert(cards).values(**row_of(card, "thang-11")))
        self.paths.card_json.write_text(maker.file(card, key).model_dump_json())
        take_over(self.paths, MOMENT)
        record = enrol_by_card(self.paths, VILLAGES[0].place, MOMENT)
        assert record is not None
        self.start(record)
        await self.claiming.until_known()

    def start(self, record: UnitRecord) -> None:
        self.record, key, link = record, self.paths.key.read_bytes(), RegistryLink(self.http, record.registry)
        self.clock, self.outbox, self.lines = ManualClock(MOMENT), Outbox(self.paths.outbox), JournalWriter(self.paths.journal("display"))
        cadence, permits = Cadence.of(record.unit, POLL, self.clock.now().mono), Permits(self.paths, record)
        faults = Faults(self.paths.journal("agent"), JournalWriter(self.paths.journal("agent")))
        self.reporter = Reporter(
            self.paths, record, key, self.outbox, link, self.clock, cadence, print, permits, lambda: self.claiming.forgotten()
        )
        self.claiming = Claiming(self.paths, record, key, link, self.clock, faults, self.reporter.known_now)

    async def poll(self) -> None:
        self.clock.advance(2 * POLL)
        await self.reporter.tick()

    def presented(self) -> None:
        self.lines.write(shown(self.clock.now().stamp()), sync=True)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(tmp_path)
    await made.live.start()
    yield made
    await made.live.stop()


@pytest.fixture(params=["by_grant", "by_card"])
async def site(request: pytest.FixtureRequest, tmp_path: Path, office: Office) -> AsyncIterator[Site]:
    """A unit that was let in after the backup, and has reported since."""
    await office.back_up()
    async with ClientSession() as http:
        made = Site(tmp_path / "pi-1", office, http)
        await getattr(made, request.param)()
        made.presented()
        await made.poll()
        assert made.reporter.kept["display"] == 0
        assert not made.claiming.open
        yield made
        made.outbox.close()


async def test_it_is_known_again_by_network_and_its_reports_go_on_from_where_they_were(site: Site, office: Office) -> None:
    await office.restore()
    site.presented()
    await site.poll()
    assert "not enrolled here" in site.reporter.refused
    assert site.claiming.open
    await site.claiming.until_known()
    site.presented()
    for _ in range(3):
        await site.poll()
    assert site.reporter.refused == ""
    assert site.outbox.parked() is None
    assert await office.live.kept_lines("display") == [0, 1, 2], "also what was acknowledged before, as far as the unit has it"
    assert site.reporter.kept["display"] == 2
    assert "readmitted" in await office.events()
    assert FaultCode.READMITTED in await office.faults(site.record.unit)


async def test_it_comes_back_also_after_a_restart_and_a_second_restore(site: Site, office: Office) -> None:
    for _ in range(2):
        await office.restore()
        site.outbox.close()
        site.start(site.record)
        await site.poll()
        assert site.claiming.open
        await site.claiming.until_known()
        await site.poll()
        assert site.reporter.refused == ""
    assert await office.known() == [site.record.unit]


async def test_by_stick_it_comes_back_in_one_round_without_any_answer_before(site: Site, office: Office, tmp_path: Path) -> None:
    await office.restore()
    stick = tmp_path / "stick"
    (stick / "bangtin").mkdir(parents=True)
    site.outbox.close()
    courier = CourierUnit(
        site.paths, b"{}", site.clock, keys=site.record.registry_keys, key=site.paths.key.read_bytes(), unit=site.record.unit
    )
    courier.courier.claiming = site.claiming
    site.presented()
    await courier.plug(stick)
    courier.outbox.close()
    async with await open_storage(office.data) as storage:
        told = await import_stick(stick, storage, own_keys(office.data), wall_clock())
    assert [(each.enrolled, each.new, each.refused) for each in told] == [(True, 0, []), (False, 1, [])]
    assert await office.live.kept_lines("display") == [1]
    assert FaultCode.READMITTED in await office.faults(site.record.unit)


async def test_a_unit_that_is_known_is_not_marked_whatever_it_shows(site: Site, office: Office) -> None:
    await site.claiming.once()
    assert "readmitted" not in await office.events()
    assert site.claiming.said() is None


async def test_a_unit_that_was_replaced_is_not_let_back_in_by_what_it_kept(site: Site, office: Office, tmp_path: Path) -> None:
    other = Site(tmp_path / "pi-2", office, site.http)
    await other.by_grant()
    async with await open_storage(office.data) as storage, storage.writing() as connection:
        await confirm(connection, site.record.unit, other.record.unit, wall_clock())
    site.claiming.forgotten()
    await site.claiming.once()
    assert site.claiming.open
    said = site.claiming.said()
    assert said is not None
    await site.poll()
    assert "revoked" in site.reporter.refused
    other.outbox.close()


async def test_another_registry_takes_nobodys_admission(site: Site, office: Office) -> None:
    await office.restore()
    for name in ("signing.pem", "sealing.pem"):
        (office.data / name).unlink()
    await office.live.stop()
    await office.live.start()
    await site.poll()
    await site.claiming.once()
    assert site.claiming.open
    assert await office.known() == []


async def test_another_units_admission_lets_nobody_in(site: Site, office: Office, tmp_path: Path) -> None:
    other = Site(tmp_path / "pi-2", office, site.http)
    await other.by_grant()
    await office.restore()
    shutil.copy(other.paths.admission, site.paths.admission)
    site.paths.claim_answer.unlink(missing_ok=True)
    site.paths.claim.unlink(missing_ok=True)
    site.start(site.record)
    site.claiming.forgotten()
    assert not site.claiming.open, "it is of another unit, so there is nothing to show"
    other.outbox.close()
