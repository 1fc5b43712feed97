"""Old journal lines go, a month at a time, and what came once is not taken again; what nobody was told is here stays."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from evidence.records import Commissioned, Gap
from registry.audit.chain import Event, broken_at
from registry.audit.chain import rows as audited
from registry.figures.tables import airtime
from registry.fleet.filing import file_batch
from registry.fleet.tables import lines
from registry.retention.looking import look, make_ahead
from registry.retention.receipts import let_receipts_go, whole_from
from registry.retention.rules import Keep
from registry.storage.months import month_of, months_made, part_of
from registry.storage.patience import Busy
from tests.registry.fleet.test_filing_like_one_by_one import enrol
from tests.registry.storage.test_storage_backup import line
from tests.registry.web.conftest import NOON, Unit, shown, stamp

LATER = NOON + timedelta(days=1200)
CUT = LATER.replace(year=2030, month=1, day=1, hour=0)
SERIAL = count()


async def told(storage, unit, n, numbers, now):
    """What became of report *n*, which tells of display lines of these numbers at *now*."""
    await make_ahead(storage, now)
    return await file_batch(
        storage, [unit.report(n, [("display", each if isinstance(each, Gap) else shown(each)) for each in numbers])], now
    )


async def kept(storage):
    async with storage.reading() as connection:
        return sorted(await connection.scalars(select(lines.c.n)))


async def test_what_is_told_again_in_another_month_is_here_once(storage, unit):
    await told(storage, unit, 0, [0, Gap(n=1, at=stamp(), first=1, last=3), 4], NOON)
    again = await told(storage, unit, 1, [0, 1, 4, 5], NOON + timedelta(days=40))
    assert (again.new, again.kept, again.refused) == ([1], {"display": 5}, {})
    assert await kept(storage) == [0, 1, 4, 5]
    async with storage.reading() as connection:
        assert await connection.scalar(select(lines.c.kind).where(lines.c.n == 1)) == "shown", "what a gap stood for took its place"
        assert await connection.scalar(select(lines.c.received).where(lines.c.n == 1)) == NOON.isoformat()


async def test_months_that_are_over_for_long_enough_go_and_the_audit_says_so(storage, unit):
    await told(storage, unit, 0, range(5), NOON)
    await told(storage, unit, 1, range(5, 8), NOON + timedelta(days=40))
    assert await look(storage, Keep(), NOON + timedelta(days=1100))
    assert await kept(storage) == list(range(8)), "the month is not over for so long"
    at = NOON + timedelta(days=1111)
    assert await look(storage, Keep(), at)
    assert await kept(storage) == [5, 6, 7]
    async with storage.reading() as connection:
        assert month_of(await whole_from(connection)) == "2026-12"
        found = await audited(connection)
        assert broken_at(found) is None
        said = [row.detail for row in found if row.event == Event.LET_GO.value]
        assert said == ["1 signed reports received before 2026-12", "receipts received before 2026-12"]
        assert "2026-11" not in await connection.run_sync(months_made, lines)
    assert await look(storage, Keep(), at)
    async with storage.reading() as connection:
        assert await audited(connection) == found, "what was said once is not said every day"


async def test_for_ever_is_for_ever(storage, unit):
    await told(storage, unit, 0, range(5), NOON)
    assert await look(storage, Keep(None, None, None), NOON + timedelta(days=20_000))
    assert await kept(storage) == list(range(5))


async def test_what_went_is_not_taken_again_and_nobody_is_accused(storage, unit):
    await told(storage, unit, 0, range(5), NOON)
    assert await let_receipts_go(storage, CUT, LATER, at_once=2) == 5
    before = await counted(storage)
    again = await told(storage, unit, 1, [2, 3, 5], LATER)
    assert (again.new, again.kept, again.refused) == ([1], {"display": 5}, {})
    assert await kept(storage) == [5]
    assert await counted(storage) == before + 1
    assert (await told(storage, unit, 0, range(5), LATER)).known == [0]


async def test_what_stands_behind_a_hole_stays_until_the_hole_is_filled(storage, unit):
    await told(storage, unit, 0, [0, 1, 4], NOON)
    assert await let_receipts_go(storage, CUT, LATER) == 2
    assert await kept(storage) == [4]
    filled = await told(storage, unit, 1, [1, 2, 3, 4], LATER)
    assert filled.kept == {"display": 4}
    assert await kept(storage) == [2, 3, 4]
    assert await let_receipts_go(storage, CUT, LATER) == 1, "of what was told long ago"
    assert await kept(storage) == [2, 3]


async def test_what_tells_of_a_unit_as_it_stands_stays(storage, unit):
    accepted = Commissioned.model_construct(n=1, at=stamp(), kind="commissioned")
    row = {"program": "display", "n": 1, "first": 1, "last": 1, "digest": b"x" * 32, "kind": accepted.kind, "line": "{}"}
    await told(storage, unit, 0, [0], NOON)
    async with storage.writing() as connection:
        await connection.execute(insert(lines).values(**row, unit=unit.name, received=NOON.isoformat()))
    await told(storage, unit, 1, [2], NOON)
    assert await let_receipts_go(storage, CUT, LATER, at_once=1) == 1
    # What is spared stands in front from now on, and what is old behind it goes all the same.
    assert await kept(storage) == [1, 2]


async def test_a_registry_whose_clock_was_wrong_loses_nothing_before_its_time(storage, unit):
    await told(storage, unit, 0, [0], NOON)
    await told(storage, unit, 1, [1], NOON.replace(year=2099))
    await told(storage, unit, 2, [2], NOON)
    assert await let_receipts_go(storage, CUT, LATER) == 2
    assert await kept(storage) == [1]


async def test_a_line_is_in_its_month_once_whoever_writes_it(storage, unit):
    await told(storage, unit, 0, [7], NOON)
    with pytest.raises(IntegrityError):
        async with storage.writing() as connection:
            await connection.execute(insert(lines).values(**line(7) | {"received": NOON.isoformat()}))


async def test_months_are_made_before_they_come_and_take_what_lies_with_all_others(storage, unit):
    async with storage.writing() as connection:
        await connection.execute(insert(lines), [line(n) for n in range(0, 100, 10)])
    for _ in range(2):
        await make_ahead(storage, NOON)
    async with storage.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(lines)) == 10
        if months := await connection.run_sync(months_made, lines):
            assert months == ["2026-11", "2026-12", "2027-01"]
            inside = [await connection.scalar(select(func.count()).select_from(part_of(lines, part))) for part in (*months, "other")]
            assert inside == [1, 4, 3, 2]


async def test_a_month_that_somebody_reads_is_dropped_later(storage, unit):
    await told(storage, unit, 0, range(3), NOON)
    async with storage.reading() as reader:
        assert await reader.scalar(select(func.count()).select_from(lines)) == 3
        if await reader.run_sync(months_made, lines):
            with pytest.raises(Busy):
                await let_receipts_go(storage, CUT, LATER)
            assert not await look(storage, Keep(), LATER)
            assert await reader.scalar(select(func.count()).select_from(lines)) == 3
            assert (await told(storage, unit, 1, [3], NOON)).new == [1], "whoever reports is not held up by it"
    await let_receipts_go(storage, CUT, LATER)
    assert await kept(storage) == []


async def counted(storage):
    async with storage.reading() as connection:
        return await connection.scalar(select(func.coalesce(func.sum(airtime.c.times), 0)))


@st.composite
def post(draw):
    """Reports with lines of a few numbers, in months, in any order and some again; and after which months all that is older goes."""
    sent = draw(st.lists(st.lists(st.integers(0, 8), max_size=4), min_size=1, max_size=8))
    order = [*range(len(sent)), *draw(st.lists(st.integers(0, len(sent) - 1), max_size=3))]
    return [(place, sent[place], draw(st.booleans())) for place in order]


@given(post())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_letting_go_changes_no_answer_and_no_count(for_examples, sent):
    run, opened, unit = for_examples.run, for_examples.opened, Unit(f"bt-{next(SERIAL)}")
    run(enrol(opened, [unit]))
    before, seen, known = run(counted(opened)), set(), set()
    for n, numbers, goes in sent:
        now = NOON + timedelta(days=31 * next(SERIAL))
        answer = run(told(opened, unit, n, numbers, now))
        assert (answer.new, answer.known, answer.refused) == (([], [n], {}) if n in known else ([n], [], {}))
        seen, known = seen | set(numbers), known | {n}
        whole = next(number for number in range(-1, 100) if number + 1 not in seen)
        assert answer.kept == ({"display": whole} if seen else {})
        assert run(counted(opened)) - before == len(seen)
        if goes:
            run(let_receipts_go(opened, now + timedelta(days=1), now, at_once=3))
            assert all(number > whole for number in run(kept_of(opened, unit)))


async def kept_of(storage, unit):
    async with storage.reading() as connection:
        return list(await connection.scalars(select(lines.c.n).where(lines.c.unit == unit.name)))
