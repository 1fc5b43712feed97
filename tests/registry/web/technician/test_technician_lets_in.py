"""A unit waits, a technician with the code from its board accepts it, it fetches its grant: once, in time, and nobody else."""

import asyncio

import pytest
from sqlalchemy import select

from bundle.errors import Refused
from evidence.signing import new_key
from registry.fleet.tables import enrolments, holders, units
from registry.web.config import STORAGE
from registry.web.rules import Rules
from registry.web.technician.tables import waiting
from registry.web.technician.waiting import ask
from tests.registry.web.conftest import NOON, ROOT, Unit, publish
from tests.registry.web.technician.office import HOLDERS, SUA, THO, Newcomer, plain


def said(answer):
    return answer["refused"][0]["what"]


async def test_a_unit_learns_the_root_from_which_its_code_is_made(office):
    answer = await office.client.get("/v1/root")
    assert (answer.status, await answer.text()) == (200, ROOT)


async def test_without_a_release_tree_there_is_no_root_to_give(registry):
    answer = await registry.client.get("/v1/root")
    assert answer.status == 404
    code, told = await registry.enrol(Newcomer().token())
    assert code == 503
    assert "no trust root" in said(told)


async def test_a_unit_waits_until_it_is_accepted_and_then_learns_where_it_stands(office, phone):
    unit = await office.waiting()
    assert (await phone.let_in(unit))[0] == 303
    code, answer = await office.ask(unit)
    assert code == 200
    assert (answer["place"], answer["place_name"], answer["languages"]) == ("vn.20.06001.03", "Bản Khuổi Sao", ["vi", "hmn"])
    assert (answer["channels"], answer["root"]) == (["vn", "vn.20", "vn.20.06001"], ROOT)
    assert await office.events() == ["technician-added", "phone-bound", "code-right", "accepted", "let-in"]
    assert await office.registry.count(waiting) == 0


async def test_a_unit_follows_the_areas_that_publish_something(office, phone):
    for channel in ("vn.20", "vn.20.06001", "vn.20.06002"):
        publish(office.registry.config.site, channel, 1)
    unit = await office.waiting()
    await phone.let_in(unit)
    assert (await office.ask(unit))[1]["channels"] == ["vn.20", "vn.20.06001"]


async def test_it_is_known_who_let_it_in_and_who_holds_which_duty(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    await office.ask(unit)
    async with office.registry.app[STORAGE].reading() as connection:
        assert await connection.scalar(select(enrolments.c.technician)) == THO
        named = {row.duty: (row.name, row.phone) for row in await connection.execute(select(holders).where(holders.c.unit == unit.unit))}
    assert named == {"content": ("Lò Thị Mây", "0200 000 111"), "repair": ("Trần Văn Suối", "")}


async def test_a_unit_is_told_that_somebody_has_opened_its_page(office, phone):
    unit = await office.waiting()
    assert (await office.ask(unit))[1]["seen"] is False
    status, page = await phone.get(f"/technician/e/{unit.ref}")
    assert (status, "no battery" in page) == (200, True)
    assert (await office.ask(unit))[1]["seen"] is True


async def test_a_lost_answer_may_be_asked_for_again(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    first = await office.ask(unit)
    office.clock.turn(minutes=40)
    assert await office.ask(unit) == first
    assert (await office.events()).count("let-in") == 1


async def test_an_expired_grant_lets_nobody_in_and_the_unit_can_be_accepted_again(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    office.clock.turn(minutes=15)
    code, answer = await office.ask(unit)
    assert (code, await office.registry.count(units)) == (403, 0)
    assert "older than 15 minutes" in said(answer)
    assert (await office.events())[-1] == "grant-expired"
    assert (await office.ask(unit))[0] == 202
    assert (await phone.let_in(unit))[0] == 303
    assert (await office.ask(unit))[0] == 200


async def test_a_used_grant_is_not_used_again_under_another_name(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    assert (await office.ask(unit))[0] == 200
    code, answer = await office.ask(unit, unit="bt-ten-khac")
    assert code == 403
    assert f"already enrolled under the name {unit.unit}" in said(answer)
    assert (await office.events())[-1] == "grant-reused"


async def test_a_stolen_nonce_is_worth_nothing_to_another_key(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    thief = Newcomer(nonce=unit.nonce)
    code, answer = await office.ask(thief)
    assert (code, await office.registry.count(units)) == (403, 0)
    assert "accepted for another key" in said(answer)
    assert (await office.events())[-1] == "grant-stolen"
    assert (await office.ask(unit))[0] == 200


async def test_a_unit_that_was_given_a_foreign_root_is_told_that_somebody_stands_between(office):
    code, answer = await office.ask(Newcomer(root="0" * 64))
    assert (code, await office.registry.count(waiting)) == (403, 0)
    assert "not of this registry" in said(answer)
    assert (await office.events())[-1] == "root-foreign"


async def test_a_grant_of_the_command_and_its_refusals_are_in_the_audit_as_well(office):
    registry = office.registry
    await registry.enrol(Unit("bt-mau-01").enrolment("a-grant-of-another-registry"))
    grant = await registry.grant()
    await registry.enrol(Unit("bt-mau-01").enrolment(grant))
    await registry.enrol(Unit("bt-mau-02").enrolment(grant))
    assert await office.events() == ["grant-foreign", "let-in", "grant-stolen"]


async def test_a_known_name_with_another_key_does_not_even_wait(office):
    await office.registry.enrolled("bt-mau-01")
    code, answer = await office.ask(Newcomer(unit="bt-mau-01"))
    assert (code, await office.registry.count(waiting)) == (403, 0)
    assert "bangtin provision replace" in answer["refused"][0]["do"]


async def test_another_nonce_makes_the_old_code_worthless_and_keeps_what_was_chosen(office, phone):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    await phone.post(f"{base}/place", place="vn.20.06001.01")
    again = await office.waiting(key=unit.key)
    assert "Chờ thiết bị gọi về" in (await phone.get(base))[1]
    assert (await phone.post(f"{base}/accept"))[0] == 303
    assert (await office.ask(again))[0] == 202
    await phone.post(f"/technician/e/{again.ref}/code", code=again.code)
    assert "Thôn Bến Đò" in (await phone.get(f"/technician/e/{again.ref}"))[1]


async def test_a_unit_that_no_longer_asks_is_forgotten(office, phone):
    unit = await office.waiting()
    office.clock.turn(hours=3)
    await office.waiting()
    assert await office.registry.count(waiting) == 1
    assert "Chờ thiết bị gọi về" in (await phone.get(f"/technician/e/{unit.ref}"))[1]


async def test_duties_that_nobody_holds_are_said_before_the_unit_is_accepted(office, phone):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    await phone.post(f"{base}/holders", **HOLDERS)
    page = plain((await phone.get(base))[1])
    assert "Nobody holds: equipment, maintenance, upgrade" in page


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"content-phone": "0200 000 111"}, "the name is missing"),
        ({"content-name": "Mây", "content-phone": "gọi sau"}, "no telephone number"),
        ({"content-name": "M" * 101}, "longer than 100"),
        ({"content-name": "Mây", "content-substitute_phone": "0200 000 112"}, "substitute's name"),
    ],
)
async def test_a_holder_that_cannot_be_right_is_asked_again_and_what_was_typed_stays(office, phone, form, word):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    status, page = await phone.post(f"{base}/holders", **form)
    assert status == 422
    assert word in plain(page).replace("&#39;", "'")
    assert all(value in page for value in form.values())


async def test_the_next_unit_of_a_village_offers_the_holders_of_the_last(office, phone):
    first, second = await office.waiting(), await office.waiting()
    await phone.let_in(first)
    await office.ask(first)
    base = f"/technician/e/{second.ref}"
    await phone.post(f"{base}/code", code=second.code)
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    assert "Lò Thị Mây" in (await phone.get(base))[1]


async def test_a_replacement_is_said_by_the_technician_and_ends_the_old_key(office, phone):
    old = await office.registry.enrolled("bt-cu")
    new = await office.waiting()
    assert (await phone.let_in(new, replaces="bt-cu"))[0] == 303
    assert (await office.ask(new))[0] == 200
    assert (await office.events())[-2:] == ["let-in", "replaced"]
    assert "revoked" in (await office.registry.report(old.report(0))).refused["0"]
    page = await (await office.registry.look("/")).text()
    assert (new.unit in page, "bt-cu" in page) == (True, False)


async def test_a_unit_that_says_whom_it_replaces_is_not_accepted_without_that(office, phone):
    await office.registry.enrolled("bt-cu")
    unit = Newcomer()
    assert (await office.ask(unit, replaces="bt-cu"))[0] == 202
    status, page = await phone.let_in(unit)
    assert status == 422
    assert "was set up to replace bt-cu" in plain(page)
    assert (await phone.post(f"/technician/e/{unit.ref}/accept", replaces="bt-cu"))[0] == 303
    assert (await office.ask(unit, replaces="bt-cu"))[0] == 200


async def test_nobody_can_be_replaced_who_is_not_there(office):
    code, answer = await office.ask(Newcomer(), replaces="bt-khong-co")
    assert code == 403
    assert "no unit bt-khong-co" in said(answer)


async def test_a_house_full_of_units_of_one_network_still_has_room_for_another(registry):
    rules = Rules(most_waiting=5, most_of_block=5)
    async with registry.app[STORAGE].writing() as connection:
        for _ in range(5):
            await ask(connection, Newcomer().enrolment(), "crowd", NOON, rules)
        with pytest.raises(Refused, match="too many units are waiting"):
            await ask(connection, Newcomer().enrolment(), "crowd", NOON, rules)
        late = Newcomer()
        await ask(connection, late.enrolment(), "other", NOON, rules)
        left = (await connection.execute(select(waiting))).all()
    assert len(left) == 5
    assert late.unit in {row.unit for row in left}


async def test_a_house_full_of_many_networks_turns_the_next_away_and_keeps_what_somebody_holds(registry):
    rules = Rules(most_waiting=3, most_of_block=5)
    async with registry.app[STORAGE].writing() as connection:
        for number in range(3):
            await ask(connection, Newcomer().enrolment(), f"block-{number}", NOON, rules)
        with pytest.raises(Refused):
            await ask(connection, Newcomer().enrolment(), "other", NOON, rules)


async def test_a_crowd_pushes_out_no_unit_that_a_technician_holds(office, phone):
    rules = Rules(most_waiting=2, most_of_block=5)
    held = await office.waiting()
    await phone.post(f"/technician/e/{held.ref}/code", code=held.code)
    async with office.registry.app[STORAGE].writing() as connection:
        await connection.execute(waiting.update().values(block="crowd"))
        await ask(connection, Newcomer().enrolment(), "crowd", NOON, rules)
        await ask(connection, Newcomer().enrolment(), "other", NOON, rules)
        assert held.unit in set(await connection.scalars(select(waiting.c.unit)))


async def test_two_technicians_at_once_let_a_unit_in_once(office, phone):
    other = await office.phone(SUA)
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    assert (await phone.post(f"{base}/code", code=unit.code))[0] == 303
    assert (await other.post(f"{base}/code", code=unit.code))[0] == 303
    assert f"{THO} đang nhận" in plain((await other.get(base))[1])
    await other.post(f"{base}/place", place="vn.20.06001.01")
    await other.post(f"{base}/accept")
    assert (await office.ask(unit))[0] == 202
    await phone.let_in(unit)
    assert (await office.ask(unit))[1]["place"] == "vn.20.06001.03"


async def test_of_two_who_type_the_code_at_the_same_moment_one_holds_the_unit(office, phone):
    other = await office.phone(SUA)
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await asyncio.gather(*(who.post(f"{base}/code", code=unit.code) for who in (phone, other) for _ in range(3)))
    assert (await office.events()).count("code-right") == 1
    await asyncio.gather(*(who.post(f"{base}/place", place="vn.20.06001.03") for who in (phone, other)))
    await asyncio.gather(*(who.post(f"{base}/accept") for who in (phone, other) for _ in range(3)))
    assert (await office.events()).count("accepted") == 1
    answers = await asyncio.gather(*(office.ask(unit) for _ in range(4)))
    assert [code for code, _ in answers] == [200] * 4
    assert (await office.events()).count("let-in") == 1


async def test_who_gave_up_holds_a_unit_no_longer_than_a_quarter_of_an_hour(office, phone):
    other = await office.phone(SUA)
    unit = await office.waiting()
    await phone.post(f"/technician/e/{unit.ref}/code", code=unit.code)
    office.clock.turn(minutes=15)
    assert (await other.let_in(unit))[0] == 303
    assert (await phone.post(f"/technician/e/{unit.ref}/accept"))[0] == 303
    async with office.registry.app[STORAGE].reading() as connection:
        assert await connection.scalar(select(waiting.c.technician)) == SUA


async def test_noise_in_place_of_a_key_is_no_unit(office):
    unit = Newcomer()
    code, _ = await office.registry.enrol(unit.token(key={"kty": "OKP"}))
    assert code == 400
    code, _ = await office.registry.enrol(Newcomer(key=new_key()).token(nonce=None))
    assert code == 400
