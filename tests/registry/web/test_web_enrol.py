"""Enrolment: a grant lets one unit in, once, in time; everything else changes nothing and is told why."""

import pytest
from sqlalchemy import select

from evidence.signing import new_key, public_jwk, sign
from registry.fleet.own_keys import own_keys
from registry.fleet.tables import grants, units
from registry.web.config import STORAGE
from tests.registry.web.conftest import PLACE, ROOT, VILLAGE, Unit


def said(answer):
    return answer["refused"][0]["what"]


async def test_a_unit_with_a_grant_learns_where_it_stands(registry):
    code, answer = await registry.enrol(Unit().enrolment(await registry.grant()))
    assert code == 200
    assert answer["place"] == PLACE
    assert answer["channels"] == ["vn", "vn.20", "vn.20.06001"]
    assert answer["languages"] == ["vi", "km"]
    assert answer["root"] == ROOT
    assert answer["content"] == "https://so.tinh-mau.vn/content"


async def test_a_lost_answer_may_be_asked_for_again_even_after_the_quarter_of_an_hour(registry, clock):
    unit, grant = Unit(), await registry.grant()
    first = await registry.enrol(unit.enrolment(grant))
    clock.turn(minutes=40)
    assert await registry.enrol(unit.enrolment(grant)) == first
    assert await registry.count(units) == 1


async def test_a_used_grant_lets_nobody_else_in(registry):
    grant = await registry.grant()
    await registry.enrol(Unit("bt-mau-01").enrolment(grant))
    for thief in (Unit("bt-khac"), Unit("bt-mau-01")):
        code, answer = await registry.enrol(thief.enrolment(grant))
        assert code == 403
        assert "another unit has already used this grant" in said(answer)
    assert await registry.count(units) == 1


async def test_an_expired_grant_is_refused_and_stays_unused(registry, clock):
    grant = await registry.grant()
    clock.turn(minutes=15)
    code, answer = await registry.enrol(Unit().enrolment(grant))
    assert (code, await registry.count(units)) == (403, 0)
    assert "older than 15 minutes" in said(answer)
    clock.turn(minutes=-1)
    assert (await registry.enrol(Unit().enrolment(grant)))[0] == 200


async def test_a_foreign_grant_is_unknown_here(registry):
    code, answer = await registry.enrol(Unit().enrolment("a-grant-of-another-registry"))
    assert (code, await registry.count(units)) == (403, 0)
    assert "this registry did not issue that grant" in said(answer)
    assert "máy chủ này" in said(answer)


async def test_a_grant_cannot_take_over_the_name_of_an_enrolled_unit(registry):
    mine = await registry.enrolled("bt-mau-01")
    grant = await registry.grant()
    code, answer = await registry.enrol(Unit("bt-mau-01").enrolment(grant))
    assert code == 403
    assert "belongs to a unit with another key" in said(answer)
    assert (await registry.report(mine.report(0))).refused == {}
    assert (await registry.enrol(Unit("bt-mau-02").enrolment(grant)))[0] == 200, "the refused try has not used the grant up"


async def test_one_key_has_one_name(registry):
    mine = await registry.enrolled("bt-mau-01")
    code, answer = await registry.enrol(Unit("bt-ban-sao", mine.key).enrolment(await registry.grant()))
    assert (code, await registry.count(units)) == (403, 1)
    assert "already enrolled under the name bt-mau-01" in said(answer)


async def test_a_unit_that_forgot_its_name_between_two_tries_is_told_it(registry):
    unit, grant = Unit("bt-mau-01"), await registry.grant()
    await registry.enrol(unit.enrolment(grant))
    code, answer = await registry.enrol(Unit("bt-mac-dinh", unit.key).enrolment(grant))
    assert (code, await registry.count(units)) == (403, 1)
    assert "--unit bt-mau-01" in answer["refused"][0]["do"]


async def test_the_same_unit_moves_with_a_new_grant_and_keeps_its_history(registry):
    mine = await registry.enrolled()
    await registry.report(mine.report(0))
    moved = VILLAGE.__class__("vn.20.06002.01", "Thôn Mới", ("vn", "vn.20", "vn.20.06002"), ("vi",), ROOT)
    code, answer = await registry.enrol(mine.enrolment(await registry.grant(moved)))
    assert (code, answer["place"], answer["channels"][-1]) == (200, "vn.20.06002.01", "vn.20.06002")
    async with registry.app[STORAGE].reading() as connection:
        assert await connection.scalar(select(units.c.contact)) is not None


async def test_the_request_must_be_signed_by_the_key_in_it(registry):
    unit, grant = Unit(), await registry.grant()
    code, answer = await registry.enrol(unit.enrolment(grant, key=public_jwk(new_key())))
    assert (code, await registry.count(units)) == (400, 0)
    assert "not by this unit's key" in said(answer)


@pytest.mark.parametrize("token", ["", "rác", "a.b.c", sign(b"[]", new_key()), sign(b'{"format":2}', new_key()), "x" * 70_000])
async def test_noise_at_the_door_is_told_so(registry, token):
    code, answer = await registry.enrol(token)
    assert code == (413 if len(token) > 65_536 else 400)
    assert answer["refused"][0]["what"]


async def test_the_database_holds_no_usable_grant(registry):
    secret = await registry.grant()
    async with registry.app[STORAGE].reading() as connection:
        assert secret not in str((await connection.execute(select(grants))).all())


async def test_a_unit_learns_the_registrys_own_keys_which_outlive_a_restart_and_are_nobody_elses_to_read(registry):
    unit = Unit()
    _, answer = await registry.enrol(unit.enrolment(await registry.grant()))
    keys = own_keys(registry.config.data)
    assert answer["keys"] == keys.public.model_dump()
    assert "d" not in answer["keys"]["sealing"]
    for name in ("sealing.pem", "signing.pem"):
        assert (registry.config.data / name).stat().st_mode & 0o777 == 0o600
