"""Who is a technician, and for what: a link that works once, a phone of one's own, an area, forms of our own pages, and the way back."""

import pytest
from sqlalchemy import select, update

from registry.audit.chain import broken_at, rows
from registry.audit.tables import audit
from registry.fleet.tables import grants, units
from registry.web.config import STORAGE
from registry.web.technician.tables import technicians, waiting
from tests.registry.web.technician.office import COOKIE, SUA, THO, Newcomer, Phone, plain

FORMS = ("code", "place", "holders", "accept", "photos", "photos/remove")


async def test_a_link_binds_one_phone_once(office):
    link = await office.invited()
    mine, thief = Phone(office.client), Phone(office.client)
    answer = await mine.bind(link)
    cookie = answer.cookies[COOKIE]
    assert (answer.status, cookie["httponly"], cookie["secure"], cookie["samesite"]) == (303, True, True, "Strict")
    assert (await thief.bind(link)).status == 403
    assert f"Chào {THO}" in plain((await mine.get("/technician"))[1])
    assert (await thief.get("/technician"))[0] == 401
    assert (await office.events())[-1] == "link-refused"


async def test_a_link_is_not_used_up_by_looking_at_it(office):
    link = await office.invited()
    assert link not in await (await office.client.get("/t")).text()
    assert (await Phone(office.client).bind(link)).status == 303


async def test_an_old_link_binds_nothing(office):
    link = await office.invited()
    office.clock.turn(hours=24)
    answer = await Phone(office.client).bind(link)
    assert answer.status == 403
    assert "expired" in await answer.text()


async def test_another_phone_takes_the_place_of_the_first(office, phone):
    other = await office.phone()
    assert ((await phone.get("/technician"))[0], (await other.get("/technician"))[0]) == (401, 200)


async def test_a_phone_is_not_bound_for_ever(office, phone):
    office.clock.turn(days=180)
    assert (await phone.get("/technician"))[0] == 401


async def test_a_phone_that_is_used_stays_bound(office, phone):
    for _ in range(3):
        office.clock.turn(days=179)
        assert (await phone.get("/technician"))[0] == 200
        office.clock.turn(days=179)
        unit = await office.waiting()
        assert (await phone.post(f"/technician/e/{unit.ref}/code", code=unit.code))[0] == 303, "a form is use as well"


async def test_its_cookie_lives_on_with_it_and_is_sent_once_a_day(office, phone):
    async def cookie():
        return (await office.client.get("/technician", headers=phone.headers)).cookies.get(COOKIE)

    assert await cookie() is None
    office.clock.turn(days=1)
    sent = await cookie()
    assert (sent.value, int(sent["max-age"])) == (phone.cookie, 180 * 86_400)
    assert (sent["httponly"], sent["secure"], sent["samesite"]) == (True, True, "Strict")
    assert await cookie() is None


async def test_a_phone_that_was_taken_away_is_not_bound_again_by_using_it(office, phone):
    office.clock.turn(days=2)
    await office.revoke(THO)
    answer = await office.client.get("/technician", headers=phone.headers)
    assert (answer.status, answer.cookies.get(COOKIE)) == (401, None)


async def test_guessing_links_is_slow(office):
    phone = Phone(office.client)
    answers = [(await phone.bind(f"guess-{n}")).status for n in range(12)]
    assert answers == [403] * 10 + [429] * 2


async def test_the_database_holds_no_link_and_no_session(office):
    link = await office.invited(SUA)
    phone = await office.phone()
    async with office.registry.app[STORAGE].reading() as connection:
        kept = str((await connection.execute(select(technicians))).all())
    assert link not in kept
    assert phone.cookie not in kept


async def test_without_a_bound_phone_nothing_of_a_unit_is_told(office):
    unit = await office.waiting()
    stranger = Phone(office.client)
    status, page = await stranger.get(f"/technician/e/{unit.ref}")
    assert status == 401
    assert "Raspberry" not in page
    for form in FORMS:
        assert (await stranger.post(f"/technician/e/{unit.ref}/{form}", code=unit.code))[0] == 401
    async with office.registry.app[STORAGE].reading() as connection:
        assert await connection.scalar(select(waiting.c.technician)) is None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_forged_form_does_nothing_and_is_written_down(office, phone, form, token):
    unit = await office.waiting()
    if form != "code":
        await phone.post(f"/technician/e/{unit.ref}/code", code=unit.code)
    status, _ = await phone.post(f"/technician/e/{unit.ref}/{form}", token=token, code=unit.code, place="vn.20.06001.01")
    assert status == 403
    assert (await office.events())[-1] == "form-forged"
    async with office.registry.app[STORAGE].reading() as connection:
        row = (await connection.execute(select(waiting))).one()
    assert (row.technician, row.place, row.accepted) == (None if form == "code" else THO, None, None)


async def test_a_form_that_another_site_made_the_browser_send_is_refused_also_with_the_right_token(office, phone):
    unit = await office.waiting()
    data = {"token": await phone.token(), "code": unit.code}
    answer = await office.client.post(
        f"/technician/e/{unit.ref}/code", data=data, headers={**phone.headers, "Sec-Fetch-Site": "cross-site"}, allow_redirects=False
    )
    assert (answer.status, (await office.events())[-1]) == (403, "form-forged")
    answer = await office.client.post(
        "/technician/bind", data={"link": await office.invited(SUA)}, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False
    )
    assert answer.status == 403


async def test_another_technicians_form_token_is_worth_nothing(office, phone):
    other = await office.phone(SUA)
    unit = await office.waiting()
    assert (await phone.post(f"/technician/e/{unit.ref}/code", token=await other.token(), code=unit.code))[0] == 403


async def test_a_unit_that_one_holds_cannot_be_accepted_by_another(office, phone):
    other = await office.phone(SUA)
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    assert (await other.post(f"{base}/accept"))[0] == 303
    assert (await office.ask(unit))[0] == 202
    assert await office.registry.count(grants) == 0


async def test_a_technician_lets_no_unit_into_another_commune(office, phone):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    assert "Ấp Sóc Tả" not in (await phone.get(base))[1]
    status, page = await phone.post(f"{base}/place", place="vn.20.06002.01")
    assert status == 422
    assert "outside your area vn.20.06001" in plain(page)
    assert (await office.events())[-1] == "outside-area"
    assert (await phone.post(f"{base}/accept"))[0] == 422
    assert (await office.ask(unit))[0] == 202


async def test_a_technician_takes_no_unit_out_of_another_commune(office, phone):
    unit = await office.waiting()
    there = await office.phone(SUA, "vn.20.06002")
    await there.let_in(unit, place="vn.20.06002.01")
    assert (await office.ask(unit))[0] == 200
    again = await office.waiting(key=unit.key)
    status, page = await phone.let_in(again)
    assert (status, "vn.20.06002.01 ngoài địa bàn" in plain(page)) == (422, True)
    assert (await office.ask(again))[0] == 202


async def test_a_technician_replaces_no_unit_of_another_commune(office, phone):
    old = await office.waiting()
    await (await office.phone(SUA, "vn.20.06002")).let_in(old, place="vn.20.06002.01")
    await office.ask(old)
    status, _ = await phone.let_in(await office.waiting(), replaces=old.unit)
    assert (status, (await office.events())[-1]) == (422, "outside-area")


async def test_a_smaller_area_counts_at_once_also_for_what_was_chosen_before(office, phone):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    await phone.post(f"{base}/code", code=unit.code)
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    phone = await office.phone(THO, "vn.20.06001.01")
    await phone.post(f"{base}/code", code=unit.code)
    assert (await phone.post(f"{base}/accept"))[0] == 422


async def test_a_stolen_phone_is_nobodys_as_soon_as_its_technician_gets_a_new_link(office, phone):
    unit = await office.waiting()
    link = await office.invited()
    assert (await phone.get("/technician"))[0] == 401
    assert (await phone.post(f"/technician/e/{unit.ref}/code", code=unit.code))[0] in (401, 403)
    mine = Phone(office.client)
    assert (await mine.bind(link)).status == 303
    assert (await mine.let_in(unit))[0] == 303


async def test_a_unit_that_is_in_is_seen_in_its_own_area_only_whatever_nonce_is_asked_for(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    await office.ask(unit)
    far = await office.phone(SUA, "vn.20.06002")
    for ref in (unit.ref, unit.ref.replace(unit.nonce, "x" * 16)):
        _, page = await far.get(f"/technician/e/{ref}")
        assert "Bản Khuổi Sao" not in page
        assert "the unit has fetched its grant" not in page
    assert "the unit has fetched its grant" in (await phone.get(f"/technician/e/{unit.ref}"))[1]


async def test_who_is_revoked_is_nobody_and_what_they_accepted_lets_nobody_in(office, phone):
    unit, other = await office.waiting(), await office.waiting()
    await phone.let_in(unit)
    await phone.post(f"/technician/e/{other.ref}/code", code=other.code)
    await office.revoke("lý văn  thợ")
    assert (await phone.get("/technician"))[0] == 401
    assert (await office.ask(unit))[0] == 202
    assert await office.registry.count(units) == 0
    assert (await (await office.phone(SUA)).let_in(other))[0] == 303


async def test_who_is_given_another_phone_loses_what_the_one_before_accepted_and_no_unit_has_fetched(office, phone):
    unit, other, inside = await office.waiting(), await office.waiting(), await office.waiting()
    await phone.let_in(inside)
    await office.ask(inside)
    await phone.let_in(unit)
    await phone.post(f"/technician/e/{other.ref}/code", code=other.code)
    again = await office.phone(THO)
    assert (await office.ask(unit))[0] == 202, "the phone may have been stolen"
    assert await office.registry.count(units) == 1, "who is in stays in"
    assert [(await again.let_in(each))[0] for each in (unit, other)] == [303, 303], "they themselves may accept it again"
    assert (await office.ask(unit))[0] == 200


async def test_who_is_revoked_cannot_use_a_link_from_before(office):
    link = await office.invited()
    await office.revoke(THO)
    assert (await Phone(office.client).bind(link)).status == 403


async def test_three_wrong_codes_close_the_unit_until_it_draws_another(office, phone):
    unit = await office.waiting()
    base = f"/technician/e/{unit.ref}"
    wrong = f"{(int(unit.code) + 1) % 10**6:06d}"
    assert [(await phone.post(f"{base}/code", code=wrong))[0] for _ in range(3)] == [422, 422, 303]
    assert "somebody stands between" in plain((await phone.get(base))[1])
    assert (await phone.post(f"{base}/code", code=unit.code))[0] == 303
    await phone.post(f"{base}/place", place="vn.20.06001.03")
    await phone.post(f"{base}/accept")
    code, answer = await office.ask(unit)
    assert (code, await office.registry.count(grants)) == (403, 0)
    assert "typed wrongly 3 times" in answer["refused"][0]["what"]
    fresh = await office.waiting(key=unit.key)
    assert (await phone.let_in(fresh))[0] == 303


async def test_a_code_with_a_space_in_the_middle_is_the_same_code(office, phone):
    unit = await office.waiting()
    assert (await phone.post(f"/technician/e/{unit.ref}/code", code=f"{unit.code[:3]} {unit.code[3:]}"))[0] == 303
    assert "Which village" in (await phone.get(f"/technician/e/{unit.ref}"))[1]


async def test_a_foreign_root_shows_as_a_wrong_code_when_the_unit_lies_about_it(office, phone):
    """Whoever stands between changes what the unit signed? He cannot. He gives it a root of his own and says nothing: another code."""
    between = Newcomer(root="f" * 64)
    assert (await office.ask(between, root=Newcomer().root))[0] == 202
    assert (await phone.post(f"/technician/e/{between.ref}/code", code=between.code))[0] == 422


async def test_every_page_forbids_scripts_of_others_and_frames(office, phone):
    unit = await office.waiting()
    for path in ("/e", "/t", "/technician", "/technician/scan", f"/technician/e/{unit.ref}"):
        answer = await office.client.get(path, headers=phone.headers)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src" not in (await office.client.get("/")).headers["Content-Security-Policy"]


async def test_only_our_own_files_are_static(office):
    for name in ("..%2fsession.py", "%2e%2e/session.py", "photo.py"):
        assert (await office.client.get(f"/technician/static/{name}")).status == 404
    assert (await office.client.get("/technician/static/scan.js")).status == 200


async def test_a_changed_row_of_the_audit_shows(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    async with office.registry.app[STORAGE].writing() as connection:
        assert broken_at(await rows(connection)) is None
        await connection.execute(update(audit).where(audit.c.seq == 3).values(technician=SUA))
        assert broken_at(await rows(connection)) == 3


async def test_a_row_that_was_taken_out_of_the_audit_shows(office, phone):
    async with office.registry.app[STORAGE].writing() as connection:
        await connection.execute(audit.delete().where(audit.c.seq == 1))
        assert broken_at(await rows(connection)) == 1


async def test_a_stranger_who_is_turned_away_again_and_again_fills_no_audit(office):
    for _ in range(40):
        await office.ask(Newcomer(root="0" * 64))
    assert (await office.events()).count("root-foreign") == 30
    office.clock.turn(minutes=1)
    assert (await office.ask(Newcomer()))[0] == 202


async def test_a_technician_sees_how_units_of_their_own_area_do_and_no_others(office, phone):
    mine, far = await office.waiting(), await office.waiting()
    await phone.let_in(mine)
    await (await office.phone(SUA, "vn.20.06002")).let_in(far, place="vn.20.06002.01")
    for unit in (mine, far):
        await office.ask(unit)
    assert f"/technician/units/{mine.unit}" in (await phone.get("/technician"))[1]
    status, page = await phone.get(f"/technician/units/{mine.unit}")
    assert (status, "Lò Thị Mây" in page) == (200, True)
    assert (await phone.get(f"/technician/units/{far.unit}"))[0] == 404


async def test_holders_are_changed_later_by_a_technician_of_the_area_alone(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    await office.ask(unit)
    path, far = f"/technician/units/{unit.unit}", await office.phone(SUA, "vn.20.06002")
    assert "Lò Thị Mây" in (await phone.get(f"{path}/holders"))[1]
    status, page = await phone.post(f"{path}/holders", **{"content-phone": "0200 000 111"})
    assert (status, "the name is missing" in page, "0200 000 111" in page) == (422, True, True)
    assert (await far.get(f"{path}/holders"))[0] == 404
    assert (await far.post(f"{path}/holders", **{"content-name": "Kẻ Lạ"}))[0] == 404
    assert (await phone.post(f"{path}/holders", token="", **{"content-name": "Kẻ Lạ"}))[0] == 403
    assert (await phone.post(f"{path}/holders", **{"upgrade-name": "Đinh Thị Gió"}))[0] == 303
    page = plain((await phone.get(path))[1])
    assert "Đinh Thị Gió" in page
    assert "Lò Thị Mây" not in page
    assert (await office.events())[-1] == "holders-named"
