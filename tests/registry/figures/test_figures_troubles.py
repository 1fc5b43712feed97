"""Faults as the numbers count them: whatever order their lines came in, what is open is what the newest word says."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select

from evidence.records import Fault, FaultCode
from evidence.signing import new_key
from registry.figures.tables import troubles
from registry.fleet.filing import file_batch
from registry.fleet.tables import faults
from tests.registry.fleet.test_filing_like_one_by_one import Open, enrol
from tests.registry.web.conftest import NOON, Unit, stamp

KEY, SERIAL = new_key(), count()


@pytest.fixture
def storage(tmp_path):
    found = Open(tmp_path / "data")
    yield found
    found.close()


def fault(n, active, code=FaultCode.SPEAKER_LOST):
    return Fault(n=n, at=stamp(NOON + timedelta(minutes=n)), code=code, detail="x", active=active)


async def filed(storage, *reports):
    unit = Unit(f"bt-{next(SERIAL)}", KEY)
    await enrol(storage, [unit])
    for n, found in enumerate(reports):
        told = await file_batch(storage, [unit.report(n, [("audio", line) for line in found])], NOON)
        assert told.refused == {}
    async with storage.reading() as connection:
        spans = (await connection.execute(select(troubles).where(troubles.c.unit == unit.name).order_by(troubles.c.n))).all()
        active = {row.code for row in await connection.execute(select(faults).where(faults.c.unit == unit.name, faults.c.active))}
    return [(row.n, row.ended and row.ended[11:16]) for row in spans], {row.code for row in spans if row.ended is None}, active


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param([[fault(0, True)], [fault(1, False)]], [(0, "05:01")], id="in order"),
        pytest.param([[fault(1, False)], [fault(0, True)]], [(0, "05:01")], id="its end first"),
        pytest.param([[fault(0, True)], [fault(2, True)], [fault(1, False)]], [(0, None)], id="an end that came after it had begun again"),
        pytest.param([[fault(0, True), fault(1, False), fault(2, True)]], [(0, "05:01"), (2, None)], id="twice in one report"),
        pytest.param([[fault(0, True)], [fault(1, True)], [fault(2, False)]], [(0, "05:02")], id="said twice"),
    ],
)
def test_a_fault_lasts_from_its_begin_to_its_end(storage, reports, expected):
    assert storage.run(filed(storage.opened, *reports))[0] == expected


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([FaultCode.SPEAKER_LOST, FaultCode.SCREEN_LOST])), max_size=8), st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_they_come_what_is_open_is_what_is_active(storage, told, data):
    order = data.draw(st.permutations([fault(n, active, code) for n, (active, code) in enumerate(told)]))
    cut = data.draw(st.integers(0, len(order)))
    _, still, active = storage.run(filed(storage.opened, order[:cut], *([line] for line in order[cut:])))
    assert still == active


def test_many_faults_of_one_report_cost_a_few_statements(storage):
    statements = []

    def heard(*told):
        statements.append(told[2])

    event.listen(Engine, "before_cursor_execute", heard)
    many = [fault(n, n // 2 % 2 == 0, list(FaultCode)[n % 2]) for n in range(400)]
    storage.run(filed(storage.opened, many))
    event.remove(Engine, "before_cursor_execute", heard)
    assert sum("trouble" in text for text in statements) < 10
