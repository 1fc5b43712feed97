"""Whatever comes together, twice, torn apart or in any order: what is kept is what the slow and obvious filer keeps."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from evidence.records import ClockState, Fault, FaultCode, Gap
from evidence.report import Report
from evidence.signing import new_key, public_jwk, thumbprint
from registry.fleet.filing import file_group, opened
from registry.fleet.tables import faults, lines, reports, tails, units
from registry.retention.looking import make_ahead
from registry.storage.storage import open_storage
from tests.registry.fleet.filing_reference import Shelf
from tests.registry.web.conftest import NOON, Unit, shown, stamp

KEYS = [new_key() for _ in range(2)]
SERIAL = count()

numbers = st.integers(0, 6)


@st.composite
def journal_lines(draw):
    n = draw(numbers)
    match draw(st.sampled_from(["shown", "shown", "gap", "fault"])):
        case "shown":
            return shown(n, item=draw(st.sampled_from(["a", "a", "a", "b"])))
        case "gap":
            first = draw(st.integers(0, n))
            return Gap(n=n, at=stamp(), first=first, last=draw(st.integers(first, 7)))
        case _:
            return Fault(n=n, at=stamp(), code=FaultCode.SCREEN_LOST, detail="x", active=draw(st.booleans()))


@st.composite
def told(draw):
    """(unit, its report as arguments): boots and numbers that come again, clocks that may be believed or not."""
    boot = draw(st.sampled_from(["boot-1", "boot-2"]))
    state = draw(st.sampled_from([ClockState.TRUSTED, ClockState.UNKNOWN]))
    at = stamp(wall=NOON.replace(minute=draw(st.integers(0, 3))), boot=boot, state=state)
    entries = draw(st.lists(st.tuples(st.sampled_from(["audio", "display"]), journal_lines()), max_size=5))
    return draw(st.integers(0, 1)), draw(st.integers(0, 5)), entries, {"boot": boot, "at": at}


@st.composite
def post(draw):
    """Groups of batches, each of one unit; some of what was sent is sent once more later."""
    made = draw(st.lists(told(), min_size=1, max_size=10))
    order = draw(st.permutations(range(len(made)))) + draw(st.lists(st.integers(0, len(made) - 1), max_size=5))
    groups, batches = [], []
    for place in order:
        if batches and batches[-1][0] == made[place][0] and draw(st.booleans()):
            batches[-1][1].append(place)
        else:
            batches.append((made[place][0], [place]))
        if draw(st.booleans()):
            groups.append(batches)
            batches = []
    return made, [*groups, batches] if batches else groups


@given(post())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_what_the_obvious_filer_keeps(storage, sent):
    made, groups = sent
    mine = [Unit(f"bt-{next(SERIAL)}", key) for key in KEYS]
    tokens = [mine[unit].report(n, entries, **more) for unit, n, entries, more in made]
    shelves = [Shelf(), Shelf()]
    storage.run(enrol(storage.opened, mine))
    for month, group in enumerate(groups):
        # What comes again comes again in another month, which may have a table of its own by then.
        now = NOON + timedelta(days=31 * month)
        storage.run(make_ahead(storage.opened, now))
        expected = [[shelves[unit].file(tokens[place], now) for place in places] for unit, places in group]
        whole = [shelf.kept for shelf in shelves]
        filed = storage.run(file_group(storage.opened, [opened([tokens[place] for place in places]) for _, places in group], now))
        for (unit, places), outcome, answer in zip(group, expected, filed, strict=True):
            assert sorted(answer.refused) == [at for at, what in enumerate(outcome) if what == "refused"]
            assert answer.new == [made[place][1] for place, what in zip(places, outcome, strict=True) if what == "new"]
            assert answer.known == [made[place][1] for place, what in zip(places, outcome, strict=True) if what == "known"]
            assert answer.kept == whole[unit]
    for unit, shelf in zip(mine, shelves, strict=True):
        storage.run(same(storage.opened, unit.name, shelf))


async def same(storage, name, shelf):
    async with storage.reading() as connection:
        found = (await connection.execute(select(reports).where(reports.c.unit == name))).all()
        assert {(row.boot, row.n) for row in found} == set(shelf.reports)
        found = (await connection.execute(select(lines).where(lines.c.unit == name))).all()
        assert {(row.program, row.n): row.line for row in found} == {where: line.model_dump_json() for where, line in shelf.lines.items()}
        found = (await connection.execute(select(tails).where(tails.c.unit == name))).all()
        assert {row.program: row.kept for row in found} == shelf.kept
        found = (await connection.execute(select(faults).where(faults.c.unit == name))).all()
        assert {(row.program, row.code): (row.n, row.active) for row in found} == shelf.faults
        newest = await connection.scalar(select(units.c.report).where(units.c.unit == name))
        assert (Report.model_validate_json(newest) if newest else None) == shelf.newest


async def enrol(storage, mine):
    where = {"place": "vn.20.06001.03", "place_name": "Thôn Ba", "channels": [], "languages": ["vi"], "link": "network", "root": ""}
    rows = [
        {"unit": unit.name, "key": public_jwk(unit.key), "thumbprint": thumbprint(public_jwk(unit.key)) + unit.name, "hardware": "test"}
        | {"enrolled": NOON.isoformat(), **where}
        for unit in mine
    ]
    async with storage.writing() as connection:
        await connection.execute(insert(units), rows)


class Open:
    """One database for all examples, on a loop of its own: every example has units of its own."""

    def __init__(self, folder):
        self._runner = asyncio.Runner()
        self.opened = self._runner.run(open_storage(folder))

    def run(self, work):
        return self._runner.run(work)

    def close(self):
        self.run(self.opened.close())
        self._runner.close()


@pytest.fixture
def storage(tmp_path):
    found = Open(tmp_path / "data")
    yield found
    found.close()
