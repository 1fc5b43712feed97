"""The list of the fleet: filters cut in the database, figures add up, and nobody sees a unit that is not theirs."""

import re

import pytest

from evidence.records import Fault, FaultCode
from registry.fleet.listing import PAGE, Wanted, listing
from registry.fleet.states import Link, State
from registry.people.roles import Granted, Role
from registry.web.config import STORAGE
from tests.registry.fleet.coverage.conftest import notice
from tests.registry.web.conftest import stamp, status
from tests.registry.web.fleet.conftest import page
from tests.simulators.content import CHANNEL

BROKEN = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")


async def listed(office, within=("vn",), **more):
    async with office.registry.app[STORAGE].reading() as connection:
        return await listing(connection, Wanted(**more), within)


@pytest.fixture
async def five(office):
    await office.release(notice())
    await office.areas((CHANNEL, "Xã Bản Mẫu", ("vi",)), *((f"{CHANNEL}.{n:02d}", name, ("vi",)) for n, name in enumerate(NAMES, 1)))
    units = [await office.village(n) for n in range(1, 6)]
    await office.tell(units[0], 0, [("audio", BROKEN)])
    await office.tell(units[1], 0, programs=(status("display", showing="a"), status("audio")))
    await office.tell(units[2], 0, programs=(status("display", showing="a", simulated=("screen",)), status("audio")))
    await office.tell(units[3], 0, programs=(status("display", ready=False), status("audio", ready=False)))
    await office.look()
    return office


NAMES = ("Thôn Đồi Chè", "Thôn Nà Pheo", "Bản Huổi Luông", "Pom Lót", "Chiềng Cọ")


async def test_counts_add_up_and_the_most_urgent_come_first(five):
    found = await listed(five)
    assert {state: many for state, many in found.counts.items() if many} == {
        State.SILENT_FAULT: 1,
        State.DEGRADED: 1,
        State.EXPECTED: 1,
        State.PLAYING: 2,
    }
    assert (found.total, found.matching, found.simulated) == (5, 5, 1)
    assert [row.unit for row in found.rows] == ["bt-04", "bt-01", "bt-05", "bt-02", "bt-03"]
    text = await page(five, "/")
    assert sum(int(count) for count in re.findall(r'<li class="[a-z-]+"><b>(\d+)</b>', text)) == 5 == len(re.findall("<article", text))


async def test_a_state_is_chosen_and_the_counts_stay_those_of_all(five):
    found = await listed(five, state=State.PLAYING)
    assert ([row.unit for row in found.rows], found.matching, found.total) == (["bt-02", "bt-03"], 2, 5)


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        ({"words": "doi che"}, ["bt-01"]),
        ({"words": "Đồi CHÈ"}, ["bt-01"]),
        ({"words": "xa ban mau"}, ["bt-01", "bt-02", "bt-03", "bt-04", "bt-05"]),
        ({"words": "huoi bt-03"}, ["bt-03"]),
        ({"words": "100%"}, []),
        ({"fault": FaultCode.SPEAKER_LOST}, ["bt-01"]),
        ({"fault": FaultCode.SCREEN_LOST}, []),
        ({"area": f"{CHANNEL}.02"}, ["bt-02"]),
        ({"link": Link.COURIER}, []),
        ({"link": Link.NETWORK, "state": State.DEGRADED}, ["bt-01"]),
    ],
)
async def test_what_somebody_looks_for(five, wanted, units):
    found = await listed(five, **wanted)
    assert sorted(row.unit for row in found.rows) == units
    assert found.matching == len(units)


async def test_somebody_sees_their_own_area_alone_and_its_figures(five):
    found = await listed(five, (f"{CHANNEL}.02",))
    assert (found.total, [row.unit for row in found.rows]) == (1, ["bt-02"])
    text = await page(five, "/", Granted(f"{CHANNEL}.02", Role.WATCHER), name="Người Của Thôn")
    assert "bt-02" in text
    assert "bt-01" not in text
    assert (await listed(five, ())).total == 0


async def test_faults_and_communes_to_choose_from_are_those_that_there_are(five):
    found = await listed(five)
    assert found.faults == [FaultCode.SPEAKER_LOST]
    assert found.communes == {CHANNEL: "Xã Bản Mẫu"}


async def test_a_long_list_comes_in_pages(office):
    await office.release(notice())
    for number in range(1, PAGE + 4):
        await office.village(1, name=f"bt-{number:03d}")
    await office.look()
    first, second = await listed(office), await listed(office, page=2)
    assert (first.pages, len(first.rows), len(second.rows)) == (2, PAGE, 3)
    assert {row.unit for row in first.rows}.isdisjoint(row.unit for row in second.rows)
    text = await page(office, "/?q=bt&page=2")
    assert "/?q=bt&amp;page=1" in text
    for nonsense in ("/?page=0", "/?page=x", "/?page=99999999999999", "/?state=on-fire&link=pigeon&fault=none", "/?area=%27%20or%201"):
        await page(office, nonsense)
