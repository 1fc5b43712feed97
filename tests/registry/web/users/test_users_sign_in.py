"""Signing in: a password and a code, wrong tries that wait, sessions that end, forms that other sites forge."""

import re
import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from registry.audit.chain import Event, broken_at, rows
from registry.people import codes, passwords
from registry.people.users import by_name, reset
from registry.storage.schema import metadata
from registry.web.config import STORAGE
from registry.web.users.entering import ENTRANCE, safe
from tests.registry.web.users.desk import NAME, PASSWORD, Desk


async def told(registry, *events):
    async with registry.app[STORAGE].reading() as connection:
        found = await rows(connection)
    assert broken_at(found) is None
    return [row for row in found if row.event in events]


async def test_an_account_is_set_up_by_a_link_and_its_owner_alone(registry):
    desk = Desk(registry)
    link = await desk.invited()
    answer = await desk.set_up(link)
    text = await answer.text()
    given = re.findall(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", text)
    assert (answer.status, len(set(given))) == (200, 10)
    assert (await desk.get("/account")).status == 200, "and they are signed in"
    again = await Desk(registry).post("/set-up", link=link)
    assert (again.status, "used already" in await again.text()) == (403, True)
    assert [row.technician for row in await told(registry, Event.USER_SET_UP)] == [NAME]


async def test_a_link_that_was_looked_at_or_mistyped_still_works_and_an_old_one_does_not(registry, clock):
    desk = Desk(registry)
    link = await desk.invited()
    assert (await desk.get("/set-up")).status == 200
    assert (await desk.set_up(link, code="000000")).status == 403
    seed = desk.seed
    assert (await desk.set_up(link, again="khác hẳn cái kia")).status == 403
    assert desk.seed == seed, "the app that was connected once stays connected"
    for weak, why in (
        ("ngắn", "10 characters"),
        ("password123", "easily guessed"),
        ("Lê Thị Quản 1990", "holds your name"),
        ("a" * 12, "easily"),
    ):
        clock.turn(minutes=1)
        refused = await desk.set_up(link, weak)
        assert (refused.status, why in await refused.text()) == (403, True), weak
    clock.turn(minutes=1)
    assert (await desk.set_up(link)).status == 200
    other = await desk.invited("Hà Văn Muộn")
    clock.turn(hours=25)
    assert "expired" in await (await Desk(registry).post("/set-up", link=other)).text()


async def test_name_password_and_code_lead_back_to_where_one_wanted_to_go(registry, desk):
    browser = Desk(registry, seed=desk.seed)
    lost = await browser.get("/units/bt-mau-01?x=1")
    assert (lost.status, lost.headers["Location"]) == (303, "/sign-in?next=/units/bt-mau-01%3Fx%3D1")
    page = await (await browser.get(lost.headers["Location"])).text()
    assert 'name="next" value="/units/bt-mau-01?x=1"' in page
    answer = await browser.sign_in(wanted="/units/bt-mau-01?x=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/units/bt-mau-01?x=1")
    assert set(browser.cookies) == {"__Host-user"}
    assert (await browser.get("/")).status == 200
    assert [row.detail for row in await told(registry, Event.SIGNED_IN)] == ["Firefox · Android"]


@pytest.mark.parametrize("name", ["lê thị quản", "Lê  Thị Quản ", "Le\u0302 Thi\u0323 Qua\u0309n"])
async def test_a_name_is_the_same_however_it_is_typed_and_a_password_however_its_marks_are_written(registry, desk, name):
    browser = Desk(registry, seed=desk.seed)
    assert (await browser.sign_in(name, unicodedata.normalize("NFD", PASSWORD))).status == 303


@pytest.mark.parametrize(
    "wanted", ["//so.xau.vn", "https://so.xau.vn/", "/\\so.xau.vn", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b", "/sign-in"]
)
def test_the_sign_in_leads_nowhere_else(wanted):
    assert safe(wanted) == "/"


async def test_half_a_sign_in_opens_nothing_and_waits_a_few_minutes_only(registry, desk, clock):
    browser = Desk(registry, seed=desk.seed)
    await browser.post("/sign-in", name=NAME, password=PASSWORD)
    browser.cookies["__Host-user"] = browser.cookies["__Host-half"]
    assert (await browser.get("/")).status == 303
    clock.turn(minutes=6)
    late = await browser.post("/sign-in/code", code=browser.code())
    assert (late.status, "came too late" in await late.text()) == (403, True)


async def test_a_code_counts_once_and_only_around_its_half_minute(registry, desk, clock):
    code = desk.code()
    assert (await Desk(registry).sign_in(code=code)).status == 303
    assert (await Desk(registry).sign_in(code=code)).status == 403, "somebody looked over the shoulder"
    clock.turn(seconds=29)
    early = codes.code_at(desk.seed, clock() + timedelta(seconds=30))
    assert (await Desk(registry).sign_in(code=early)).status == 303
    far = codes.code_at(desk.seed, clock() + timedelta(seconds=120))
    assert (await Desk(registry).sign_in(code=far)).status == 403


async def test_a_recovery_code_counts_once(registry):
    desk = Desk(registry)
    given = re.findall(r"<code>([a-z0-9-]{14})</code>", await (await desk.set_up(await desk.invited())).text())
    assert (await Desk(registry).sign_in(code=given[3].upper().replace("-", " "))).status == 303
    assert (await Desk(registry).sign_in(code=given[3])).status == 403
    assert (await Desk(registry).sign_in(code=given[4])).status == 303
    assert len(await told(registry, Event.SIGNED_IN_BY_RECOVERY)) == 2


async def test_new_recovery_codes_want_the_password_and_a_code_and_void_the_old_ones(registry, clock):
    desk = Desk(registry)
    codes_in = re.compile(r"<code>([a-z0-9-]{14})</code>").findall
    given = codes_in(await (await desk.set_up(await desk.invited())).text())
    clock.turn(minutes=1)
    for form in ({"old": PASSWORD, "code": "000000"}, {"old": "không phải nó", "code": desk.code()}, {"old": PASSWORD}):
        assert (await desk.send("/account", "/account/recovery", **form)).status == 403, form
    anew = codes_in(await (await desk.send("/account", "/account/recovery", old=PASSWORD, code=given[0])).text())
    assert (len(anew), set(anew) & set(given)) == (10, set())
    clock.turn(minutes=1)
    assert [(await Desk(registry).sign_in(code=each)).status for each in (given[1], anew[0])] == [403, 303]


async def test_a_password_that_is_changed_while_the_account_is_taken_away_is_none(registry, desk, monkeypatch):
    checked = registry.app[ENTRANCE].checked

    async def late(password, name):
        async with registry.app[STORAGE].writing() as connection:
            await reset(connection, NAME, registry.clock(), registry.config.people)
        return await checked(password, name)

    monkeypatch.setattr(registry.app[ENTRANCE], "checked", late)
    new = {"password": "ruộng bậc thang 9", "again": "ruộng bậc thang 9"}
    assert (await desk.send("/account", "/account/password", old=PASSWORD, **new)).status == 403
    async with registry.app[STORAGE].reading() as connection:
        assert (await by_name(connection, NAME)).password is None


async def test_wrong_tries_lock_the_name_here_for_longer_each_time_and_the_right_password_too(registry, desk, clock):
    stranger = Desk(registry)
    said = [await (await stranger.sign_in(password=f"sai lần {n} rồi")).text() for n in range(5)]
    assert all("password or code is wrong" in text for text in said[:4])
    assert "locked" in said[4]
    right = await Desk(registry, seed=desk.seed).sign_in()
    assert (right.status, "locked" in await right.text()) == (403, True)
    clock.turn(minutes=1, seconds=1)
    assert "2 phút" in await (await stranger.sign_in(password="lại sai nữa rồi")).text()
    clock.turn(minutes=1, seconds=30)
    assert (await Desk(registry, seed=desk.seed).sign_in()).status == 403
    clock.turn(minutes=1)
    assert (await Desk(registry, seed=desk.seed).sign_in()).status == 303
    assert [row.technician for row in await told(registry, Event.SIGN_IN_LOCKED)] == [NAME, NAME]
    assert "1 phút" in await (await _five(registry)), "and it begins anew"


async def _five(registry):
    stranger = Desk(registry)
    for n in range(4):
        registry.clock.turn(seconds=20)
        await stranger.sign_in(password=f"sai lần {n} rồi")
    return (await stranger.sign_in(password="sai hoài sai mãi")).text()


async def test_wrong_codes_lock_as_wrong_passwords_do(registry, desk):
    stranger = Desk(registry, seed=desk.seed)
    for _ in range(5):
        last = await stranger.sign_in(code="000000")
    assert "locked" in await last.text()


async def test_what_nobody_is_called_is_answered_alike_and_written_down_nowhere(registry, desk):
    stranger = Desk(registry)
    known, unknown = [await stranger.sign_in(name, "sai lần đầu rồi") for name in (NAME, "mật khẩu gõ nhầm ô")]
    same = [re.sub(r'value="[^"]*"', "", await each.text()) for each in (known, unknown)]
    assert (same[0], known.status) == (same[1], unknown.status)
    for _ in range(4):
        last = await stranger.sign_in("mật khẩu gõ nhầm ô", "sai lần nữa rồi")
    assert "locked" in await last.text()
    assert {row.technician for row in await told(registry, *Event)} == {NAME}


async def test_a_password_that_was_hashed_with_other_parameters_is_hashed_anew_when_it_is_used(registry, desk, monkeypatch):
    async def kept():
        async with registry.app[STORAGE].reading() as connection:
            return (await by_name(connection, NAME)).password

    before = await kept()
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    assert (await Desk(registry, seed=desk.seed).sign_in()).status == 303
    assert (",t=1," in before, ",t=2," in await kept()) == (True, True)


async def test_a_part_of_the_network_has_so_many_tries_a_minute(registry, clock):
    stranger = Desk(registry)
    answers = [(await stranger.sign_in(f"người {n}", "sai lần đầu rồi")).status for n in range(22)]
    assert answers == [403] * 20 + [429] * 2
    assert len(await told(registry, Event.SIGN_IN_TOO_OFTEN)) == 1
    clock.turn(minutes=1)
    assert (await stranger.sign_in("người", "sai lần đầu rồi")).status == 403


async def test_a_session_ends_when_nobody_uses_it_and_in_any_case(registry, desk, clock):
    for _ in range(2):
        clock.turn(hours=11)
        assert (await desk.get("/")).status == 200, "use keeps it"
    clock.turn(hours=13)
    assert (await desk.get("/")).status == 303
    assert (await desk.sign_in()).status == 303
    for _ in range(15):
        clock.turn(hours=11)
        assert (await desk.get("/")).status == 200
    clock.turn(hours=4)
    assert (await desk.get("/")).status == 303, "a week is a week"


async def test_one_sees_ones_sessions_and_ends_one_or_all(registry, desk):
    other = Desk(registry, seed=desk.seed)
    assert (await other.sign_in()).status == 303
    page = await (await desk.get("/account")).text()
    assert page.count("Firefox · Android") == 2
    theirs = next(each for each in re.findall(r'name="session" value="([0-9a-f]{64})"', page))
    assert (await desk.send("/account", "/account/sign-out", session=theirs)).headers["Location"] == "/account"
    assert (await other.get("/")).status == 303
    assert (await desk.get("/")).status == 200
    registry.clock.turn(minutes=1)
    assert (await other.sign_in()).status == 303
    assert (await desk.send("/account", "/account/sign-out-everywhere")).headers["Location"] == "/sign-in"
    assert [(await each.get("/")).status for each in (desk, other)] == [303, 303]
    assert desk.cookies == {}


async def test_another_password_wants_the_old_one_and_ends_other_sessions(registry, desk):
    other = Desk(registry, seed=desk.seed)
    await other.sign_in()
    new = {"password": "ruộng bậc thang 9", "again": "ruộng bậc thang 9"}
    assert (await desk.send("/account", "/account/password", old="không phải nó", **new)).status == 403
    assert (await other.get("/")).status == 200
    assert (await desk.send("/account", "/account/password", old=PASSWORD, **new)).status == 303
    assert [(await each.get("/")).status for each in (desk, other)] == [200, 303]
    registry.clock.turn(minutes=1)
    assert (await other.sign_in()).status == 403
    assert (await other.sign_in(password=new["password"])).status == 303


async def test_a_forged_form_is_refused_and_written_down(registry, desk):
    assert (await desk.post("/account/sign-out-everywhere")).status == 403
    assert (await desk.post("/account/sign-out-everywhere", token="0" * 64)).status == 403
    desk.extra = {"Sec-Fetch-Site": "cross-site"}
    assert (await desk.send("/account", "/account/sign-out-everywhere")).status == 403
    assert (await desk.post("/sign-in", name=NAME, password=PASSWORD)).status == 403, "nobody is signed in by another site"
    desk.extra = {}
    assert (await desk.get("/")).status == 200
    assert [row.technician for row in await told(registry, Event.FORM_FORGED)] == [NAME, NAME, NAME, ""]


async def test_a_browser_that_says_only_from_where_it_comes_is_taken_at_its_word(registry, desk, clock):
    for origin, expected in [("https://xau.vn", 403), ("null", 403), ("https://so.tinh-mau.vn", 303)]:
        clock.turn(minutes=1)
        assert (await Desk(registry, seed=desk.seed, extra={"Origin": origin}).sign_in()).status == expected, origin


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=foo", b"name=a"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
    ],
)
async def test_a_body_that_is_no_form_is_refused(registry, kind, body):
    for path in ("/sign-in", "/officer/bind", "/technician/bind"):
        answer = await registry.client.post(path, data=body, headers={"Content-Type": kind})
        assert answer.status == 400, path
        assert "biểu mẫu" in await answer.text()


async def test_neither_passwords_nor_codes_are_kept(registry, desk):
    other = await desk.invited("Hà Văn Kín")
    async with registry.app[STORAGE].reading() as connection:
        kept = "".join([str((await connection.execute(select(table))).all()) for table in metadata.sorted_tables])
    for secret in (PASSWORD, desk.cookies["__Host-user"], other):
        assert secret not in kept
    assert "$argon2id$" in kept
