"""What each bad input is answered; whatever else came with it is kept, and where a person must know, somebody is told."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from evidence.packing import deflated
from evidence.records import ClockState, Gap
from evidence.report import Batch, Journalled, Report
from evidence.signing import new_key, sign
from registry.fleet.alarm_tables import doubts
from registry.fleet.doubts import Doubt
from registry.fleet.intake import MOST_UNPACKED
from registry.fleet.tables import lines, reports, tails, units
from registry.web.config import STORAGE
from tests.registry.fleet.conftest import rows
from tests.registry.web.conftest import NOON, Unit, shown, sounded, stamp, status


async def doubted(registry):
    return {(row.unit, row.kind) for row in await rows(registry, doubts)}


async def kept(registry):
    return {(row.unit, row.n) for row in await rows(registry, reports)}, {
        (row.unit, row.program, row.n) for row in await rows(registry, lines)
    }


async def replaced(registry, unit, by):
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(units).where(units.c.unit == unit.name).values(replaced_by=by))


async def test_an_unknown_unit_is_refused_told_to_enrol_and_shown_to_somebody(registry):
    answer = await registry.report(Unit("bt-la").report(0))
    assert answer.stranger
    assert "is not enrolled here" in answer.refused["0"]
    assert await doubted(registry) == {("bt-la", Doubt.UNKNOWN)}


async def test_a_revoked_unit_is_refused_whatever_it_signs(registry):
    unit = await registry.enrolled()
    await replaced(registry, unit, "bt-mau-02")
    answer = await registry.report(unit.report(0, [("display", shown(0))]))
    assert "was replaced by bt-mau-02" in answer.refused["0"]
    assert await kept(registry) == (set(), set())
    assert await doubted(registry) == {(unit.name, Doubt.REVOKED)}


async def test_a_unit_that_is_replaced_while_its_report_waits_is_refused_as_well(registry, monkeypatch):
    from registry.fleet import filing

    unit = await registry.enrolled()
    filed = filing.keep

    async def meanwhile(connection, proven, now):
        await connection.execute(update(units).where(units.c.unit == unit.name).values(replaced_by="bt-mau-02"))
        return await filed(connection, proven, now)

    monkeypatch.setattr(filing, "keep", meanwhile)
    assert "was replaced just now" in (await registry.report(unit.report(0))).refused["0"]
    assert await kept(registry) == (set(), set())


async def test_of_a_cloned_unit_the_first_history_stands_and_the_second_is_shown_to_somebody(registry):
    unit = await registry.enrolled()
    copy = Unit(unit.name, unit.key)
    answer = await registry.report(
        unit.report(0, [("display", shown(0, item="that"))]), copy.report(0, [("display", shown(0, item="gia"))])
    )
    assert (answer.reports, answer.kept) == ((0,), {"display": 0})
    assert "look for a copied card" in answer.refused["1"]
    (line,) = await rows(registry, lines)
    assert json.loads(line.line)["item"] == "that"
    assert await doubted(registry) == {(unit.name, Doubt.CLONED)}


async def test_a_gap_that_names_more_lines_than_a_unit_ever_wrote_is_refused_and_shown_to_somebody(registry):
    unit = await registry.enrolled()
    lost = Gap(n=1, at=stamp(), first=1, last=2**62)
    answer = await registry.report(
        unit.report(0, [("display", shown(0))]), unit.report(1, [("display", lost), ("display", shown(2**62 + 1))])
    )
    assert (answer.kept, set(answer.refused)) == ({"display": 0}, {"1"})
    assert "journal lines lost" in answer.refused["1"]
    assert await doubted(registry) == {(unit.name, Doubt.CLONED)}


async def test_clones_that_speak_at_the_same_moment_are_told_apart_as_well(registry):
    unit = await registry.enrolled()
    both = await asyncio.gather(*(registry.report(unit.report(0, [("display", shown(0, item=item))])) for item in ("a", "b")))
    assert sorted(len(answer.refused) for answer in both) == [0, 1]


async def test_a_replay_is_acknowledged_again_and_kept_once(registry):
    unit = await registry.enrolled()
    token = unit.report(0, [("display", shown(0))])
    answers = await asyncio.gather(*(registry.report(token) for _ in range(5)))
    assert {(answer.reports, tuple(answer.kept.items())) for answer in answers} == {((0,), (("display", 0),))}
    assert await kept(registry) == ({(unit.name, 0)}, {(unit.name, "display", 0)})
    assert await doubted(registry) == set()


async def test_what_comes_out_of_order_is_kept_and_acknowledged_as_far_as_it_is_whole(registry):
    unit = await registry.enrolled()
    told = [(await registry.report(unit.report(n, [("display", shown(n))]))).kept["display"] for n in (2, 1, 0)]
    assert told == [-1, -1, 2]


async def test_an_oversized_report_is_refused_and_its_neighbours_are_kept(registry):
    unit = await registry.enrolled()
    many = [("display", shown(n)) for n in range(600)]
    answer = await registry.report(
        unit.report(0, [("audio", sounded(0))]), sign(json.dumps({"format": 1, "x": "y" * 90_000}).encode(), unit.key)
    )
    assert (answer.reports, set(answer.refused)) == ((0,), {"1"})
    with pytest.raises(ValueError, match="at most 500"):
        unit.report(1, many)


async def test_what_a_stranger_sends_is_read_no_further_than_to_its_name(registry, monkeypatch):
    from registry.fleet import intake

    models, real = [], intake.read

    def read(model, *told):
        models.append(model)
        return real(model, *told)

    monkeypatch.setattr(intake, "read", read)
    many = [("display", shown(n)) for n in range(200)]
    answer = await registry.report(*(Unit("bt-la").report(n, many) for n in range(2)))
    assert (answer.stranger, set(answer.refused), models) == (True, {"0", "1"}, [Batch]), "the batch, and no report of it"


async def test_what_unpacks_to_more_than_a_batch_may_is_refused_and_what_came_before_is_kept(registry):
    unit = await registry.enrolled()
    found = [Report(unit=unit.name, boot="b", n=n, at=stamp(), lines=tuple(many(n))) for n in range(8)]
    tokens = [sign(deflated(each.model_dump_json().encode()), unit.key) for each in found]
    size = len(found[0].model_dump_json())
    answer = await registry.report(*tokens)
    whole = MOST_UNPACKED // size
    assert 1 < whole < 8
    assert (answer.reports, len(answer.refused)) == (tuple(range(whole)), 8 - whole)
    assert "more than" in answer.refused["7"]


def many(report):
    return [Journalled(program="display", line=shown(report * 400 + n, item=f"tin-{n}")) for n in range(400)]


async def test_a_report_that_its_unit_signed_and_nobody_can_read_is_no_foreign_key(registry):
    unit = await registry.enrolled()
    answer = await registry.report(sign(json.dumps({"format": 1, "unit": unit.name, "sai": 1}).encode(), unit.key))
    assert set(answer.refused) == {"0"}
    assert await doubted(registry) == set()


async def test_a_bad_signature_is_refused_and_shown_to_somebody(registry):
    unit = await registry.enrolled()
    answer = await registry.report(unit.report(0, key=new_key()), unit.report(1))
    assert (answer.reports, set(answer.refused)) == ((1,), {"0"})
    assert await doubted(registry) == {(unit.name, Doubt.FOREIGN_KEY)}


@pytest.mark.parametrize(("days", "state"), [(400, ClockState.TRUSTED), (-4000, ClockState.UNKNOWN)])
async def test_a_clock_far_off_is_kept_because_the_news_may_be_true(registry, days, state):
    unit = await registry.enrolled()
    answer = await registry.report(unit.report(0, [("display", shown(0))], at=stamp(wall=NOON + timedelta(days=days), state=state)))
    assert (answer.refused, answer.kept) == ({}, {"display": 0})


async def test_half_a_batch_bad_loses_none_of_the_good(registry):
    unit, stranger = await registry.enrolled(), Unit("bt-la")
    good = [unit.report(n, [("display", shown(n))]) for n in range(4)]
    bad = [unit.report(9, key=new_key()), "rác", stranger.report(0), sign(b"{}", unit.key)]
    mixed = [token for pair in zip(good, bad, strict=True) for token in pair]
    answer = await registry.report(*mixed)
    assert (answer.kept, answer.reports, set(answer.refused)) == ({"display": 3}, (0, 1, 2, 3), {"1", "3", "5", "7"})


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param({"versions": {"vn.20.06001/alerts.json": 2**80}}, id="a number of 25 digits"),
        pytest.param({"boot": "boot\x00-1"}, id="a NUL"),
    ],
)
async def test_what_no_database_can_hold_is_refused_alone(registry, poison):
    mine, other = await registry.enrolled("bt-mau-01"), await registry.enrolled("bt-mau-02")
    batch = (mine.report(0, [("display", shown(0))]), mine.report(1, **poison), mine.report(2, [("display", shown(1))]))
    answer, beside = await asyncio.gather(registry.report(*batch), registry.report(other.report(0, [("display", shown(0))])))
    assert (answer.kept, set(answer.refused) <= {"1"}) == ({"display": 1}, True)
    assert {0, 2} <= set(answer.reports)
    assert (beside.refused, beside.kept) == ({}, {"display": 0})


async def test_beside_what_cannot_be_kept_a_second_unit_is_refused_and_not_filed(registry, monkeypatch):
    from registry.fleet import hearing

    mine, other = await registry.enrolled("bt-mau-01"), await registry.enrolled("bt-mau-02")

    async def counts(_, taken, __):
        if any(each.report.n == 7 for each in taken):
            raise OverflowError("a number that no database holds")

    monkeypatch.setattr(hearing, "HEARERS", (*hearing.HEARERS, counts))
    answer = await registry.report(mine.report(0), mine.report(7), other.report(0), mine.report(8))
    assert (answer.reports, set(answer.refused)) == ((0, 8), {"1", "2"})
    assert "one batch is of one unit" in answer.refused["2"]
    assert {(row.unit, row.n) for row in await rows(registry, reports)} == {(mine.name, 0), (mine.name, 8)}


async def test_a_mistake_of_ours_fails_one_request_and_files_its_neighbours(registry, monkeypatch):
    from registry.fleet import hearing

    mine, other = await registry.enrolled("bt-mau-01"), await registry.enrolled("bt-mau-02")

    async def stumbles(_, taken, __):
        assert all(each.report.unit != mine.name for each in taken)

    monkeypatch.setattr(hearing, "HEARERS", (*hearing.HEARERS, stumbles))
    body = json.dumps({"format": 1, "reports": [mine.report(0, [("display", shown(0))])]})
    failed, good = await asyncio.gather(
        registry.client.post("/v1/report", data=body), registry.report(other.report(0, [("display", shown(0))]))
    )
    assert failed.status == 500, "it is sent again, by when the mistake may be mended"
    assert (good.refused, good.kept) == ({}, {"display": 0})
    assert await kept(registry) == ({(other.name, 0)}, {(other.name, "display", 0)})


async def test_when_the_database_takes_nothing_everybody_is_told_to_come_again_and_nothing_is_acknowledged(registry, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from registry.fleet import filer

    unit = await registry.enrolled()

    async def full(*_):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(filer, "file_group", full)
    body = json.dumps({"format": 1, "reports": [unit.report(0)]})
    answer = await registry.client.post("/v1/report", data=body)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_when_too_many_wait_the_next_is_told_to_come_again(registry, monkeypatch):
    from registry.fleet import filer

    unit = await registry.enrolled()
    monkeypatch.setattr(filer, "MOST_WAITING", 0)
    body = json.dumps({"format": 1, "reports": [unit.report(0)]})
    answer = await registry.client.post("/v1/report", data=body)
    assert answer.status == 503
    assert (await answer.json())["refused"]


async def test_a_simulated_unit_is_kept_as_simulated(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, programs=(status("display", simulated=("screen",)),)))
    async with registry.app[STORAGE].reading() as connection:
        told = json.loads(await connection.scalar(select(units.c.report)))
    assert told["programs"][0]["simulated"] == ["screen"]
    assert await rows(registry, tails) == []
