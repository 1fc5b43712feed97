"""From the door to a village: what a source sent is pulled, believed and obeyed by a unit, within what its own policy lets the feed do."""

import pytest

from agent.pull import DirectorySource, check_channel
from bundle.alert import MessageType, RiskLevel
from device.paths import Paths
from device.shelf import Shelf
from director.alerts import Standing, held_alerts
from director.happened import Happened
from director.moment import Moment
from director.programme import Site
from director.screen import direct_screen
from evidence.records import ClockState
from tests.registry.alerts.conftest import COMMUNE, OFFICER, PROVINCE, VILLAGE, alert, listed, refer

CHANNELS = (PROVINCE, COMMUNE)


class Unit:
    """A unit of the village: it pulls what the release tree offers, and its display believes and directs it."""

    def __init__(self, office, folder):
        self.office, self.paths = office, Paths(folder)
        self.site = Site("bt-mau-01", VILLAGE, "Thôn Bản Mẫu", CHANNELS, ("vi",))
        self.shelf = Shelf(self.paths, "display", office.publisher.root_bytes)

    async def programme(self):
        moment = Moment(self.office.clock.at, ClockState.TRUSTED, "boot-1", self.office.clock.mono)
        for channel in CHANNELS:
            await check_channel(
                DirectorySource(self.office.publisher.site), self.paths, channel, self.office.publisher.root_bytes, moment, False
            )
        return self.shelf.programme(self.site, moment), moment

    async def stands(self):
        """Every message that it holds, and where it stands."""
        programme, moment = await self.programme()
        return {each.alert.identifier: each.standing for each in held_alerts(programme, moment, Happened())}

    async def board(self):
        """What the board shows, in the director's words."""
        programme, moment = await self.programme()
        return str(direct_screen(programme, moment, Happened()).main)


@pytest.fixture
def unit(office, tmp_path):
    office.allow_feed()
    return Unit(office, tmp_path / "unit")


async def test_an_alert_is_on_the_board_when_its_hold_off_is_over_and_gone_when_its_source_cancels_it(office, unit):
    door, first = office.door(), alert()
    await door.take(listed(), first)
    assert "Lũ quét" not in await unit.board()
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert "Lũ quét" in await unit.board()
    assert await unit.stands() == {"lu-01": Standing.IN_FORCE}
    cancel = alert("huy", office.clock.at, message_type=MessageType.CANCEL, references=refer(first), areas=(), versions=())
    await door.take(listed(), cancel)
    assert (await unit.stands())["lu-01"] is Standing.CANCELLED
    assert "Lũ quét" not in await unit.board()


async def test_an_update_confirmed_by_an_officer_takes_the_place_of_what_stood_there(office, unit):
    door, first = office.door(), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.confirm(pending.id, OFFICER)
    office.clock.turn(seconds=60)
    update = alert("lu-02", office.clock.at, message_type=MessageType.UPDATE, references=refer(first), level=RiskLevel.PURPLE)
    (pending,) = await door.take(listed(), update)
    await door.keeper.confirm(pending.id, OFFICER)
    assert await unit.stands() == {"lu-02": Standing.IN_FORCE, "lu-01": Standing.SUPERSEDED}


async def test_a_registry_that_ignores_the_policy_gains_nothing_on_the_unit(office, unit):
    office.allow_feed(level=2)
    office.publisher.release_feed(COMMUNE, office.feed_of(alert()), at=office.clock.at)
    assert await unit.stands() == {"lu-01": Standing.HELD_BACK}
    assert "Lũ quét" not in await unit.board()


async def test_a_flood_that_a_stolen_token_sends_leaves_room_on_the_unit_for_anothers_emergency(office, unit):
    office.allow_feed(at_once=4, per_hour=4)
    office.sources, door = 2, office.door()
    for number in range(20):
        await door.take(listed(), alert(f"gia-{number}", event=f"việc giả {number}"))
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    other = listed(id="thuy-loi", senders=["cap@thuyloi.example"])
    real = alert("ho-01", office.clock.at, event="Vỡ hồ").model_copy(update={"sender": "cap@thuyloi.example"})
    await door.take(other, real)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    standing = await unit.stands()
    assert standing["ho-01"] is Standing.IN_FORCE
    assert sum(each is Standing.IN_FORCE for each in standing.values()) == 2, "of its share a source keeps one for what is more urgent"
