"""Users and roles by area: an administrator invites, gives and takes where they administer, and nowhere else."""

import html
import re

import pytest
from click.testing import CliRunner

from bundle.errors import Refused
from registry.areas.places import import_areas, read_areas
from registry.audit.chain import Event, broken_at, rows
from registry.people.roles import Granted, Role
from registry.people.users import grant, invite, revoke
from registry.web.commands import registry as command
from registry.web.config import STORAGE
from tests.registry.web.technician.office import AREAS
from tests.registry.web.users.desk import Desk

COMMUNE, BESIDE = "vn.20.06001", "vn.20.06002"
HAI = "Trần Văn Hai"


@pytest.fixture
async def local(registry):
    """The browser of an administrator of one commune."""
    async with registry.app[STORAGE].writing() as connection:
        await import_areas(connection, read_areas(AREAS, "areas.csv"))
    made = Desk(registry)
    assert (await made.set_up(await made.invited("Lò Thị Xã", Granted(COMMUNE, Role.ADMINISTRATOR)))).status == 200
    registry.clock.turn(minutes=1)
    return made


async def invited(desk, name=HAI, role="watcher", area=COMMUNE):
    answer = await desk.send("/people", "/people/invite", name=name, role=role, area=area)
    text = html.unescape(await answer.text())
    found = re.search(r"https://so\.tinh-mau\.vn/set-up#([\w-]+)", text)
    return answer, found[1] if found else text


async def test_an_invitation_is_a_link_that_is_shown_once_and_opens_an_account_with_these_roles(registry, local):
    answer, link = await invited(local)
    assert answer.status == 200
    assert "<svg" in await answer.text()
    assert link not in await (await local.get("/people")).text()
    other = Desk(registry)
    assert (await other.set_up(link)).status == 200
    assert [(await other.get(path)).status for path in ("/", "/account", "/people", "/audit")] == [200, 200, 403, 403]
    assert "Trần Văn Hai" in await (await local.get("/people")).text()
    async with registry.app[STORAGE].reading() as connection:
        told = [row for row in await rows(connection) if row.event == Event.USER_ADDED]
    assert told[-1].detail == f"watcher={COMMUNE} · Lò Thị Xã"


@pytest.mark.parametrize(
    ("role", "area"), [("watcher", BESIDE), ("watcher", "vn.20"), ("administrator", "vn"), ("king", COMMUNE), ("watcher", "XÃ")]
)
async def test_nobody_gives_what_is_not_theirs_to_give(local, role, area):
    answer, text = await invited(local, role=role, area=area)
    assert (answer.status, 'role="alert"' in text) == (403, True)
    assert HAI not in await (await local.get("/people")).text()


async def test_who_has_roles_elsewhere_too_is_neither_reset_nor_revoked_by_a_commune(registry, local):
    above = Desk(registry)
    await above.set_up(await above.invited("Hà Thị Tỉnh", Granted(COMMUNE, Role.WATCHER), Granted(BESIDE, Role.OPERATOR)))
    page = await (await local.get("/people")).text()
    assert "Hà Thị Tỉnh" in page
    for path in ("/people/reset", "/people/revoke"):
        assert (await local.send("/people", path, name="Hà Thị Tỉnh")).status == 403
    answer = await local.send("/people", "/people/withdraw", name="Hà Thị Tỉnh", role="operator", area=BESIDE)
    assert answer.status == 403
    assert (await above.get("/")).status == 200
    answer = await local.send("/people", "/people/withdraw", name="Hà Thị Tỉnh", role="watcher", area=COMMUNE)
    assert answer.status == 303
    assert "Hà Thị Tỉnh" not in await (await local.get("/people")).text(), "and is no business of theirs any more"


async def test_who_has_no_role_and_who_had_the_name_are_a_matter_for_who_administers_everything(registry, local, desk):
    async with registry.app[STORAGE].writing() as connection:
        for name, gone in (("Bàn Văn Trống", grant), ("Phàn Thị Cũ", revoke)):
            await invite(connection, name, (Granted("vn.99", Role.OPERATOR),), registry.clock(), registry.config.people)
            await gone(connection, name, *(((),) if gone is grant else ()), registry.clock())
    page = await (await local.get("/people")).text()
    assert ("Bàn Văn Trống" in page, "Phàn Thị Cũ" in page) == (False, False)
    assert (await local.send("/people", "/people/reset", name="Bàn Văn Trống")).status == 403
    answer, _ = await invited(local, name="phàn thị cũ")
    assert answer.status == 403, "whoever gives the old name a role again would give it to somebody else"
    assert "Bàn Văn Trống" in await (await desk.get("/people")).text()
    assert (await invited(desk, name="phàn thị cũ", area="vn.99"))[0].status == 200


async def test_the_last_role_is_not_taken_away_but_the_account_revoked(local):
    await invited(local)
    last = {"name": HAI, "role": "watcher", "area": COMMUNE}
    answer = await local.send("/people", "/people/withdraw", **last)
    assert answer.status == 403
    assert "quyền cuối cùng" in await answer.text()
    assert (await local.send("/people", "/people/revoke", name=HAI)).status == 303


async def test_a_role_more_and_a_role_less_count_at_once(registry, local):
    _, link = await invited(local)
    other = Desk(registry)
    await other.set_up(link)
    more = {"name": HAI, "role": "administrator", "area": f"{COMMUNE}.03"}
    assert (await local.send("/people", "/people/grant", **more)).status == 303
    assert (await other.get("/people")).status == 200
    assert (await local.send("/people", "/people/withdraw", **more)).status == 303
    assert (await other.get("/people")).status == 403


async def test_a_reset_and_a_revocation_end_every_session_and_the_password(registry, local, desk, clock):
    _, link = await invited(local)
    other = Desk(registry)
    await other.set_up(link)
    clock.turn(minutes=1)
    assert (await local.send("/people", "/people/reset", name=HAI)).status == 200
    assert (await other.get("/")).status == 303
    assert (await other.sign_in(HAI)).status == 403
    assert (await local.send("/people", "/people/revoke", name=HAI)).status == 303
    assert HAI not in await (await local.get("/people")).text()
    assert "đã thu hồi" in await (await desk.get("/people")).text()


async def test_somebody_who_waits_for_the_code_while_the_account_is_taken_away_does_not_get_in(registry, local, clock):
    _, link = await invited(local)
    other = Desk(registry)
    await other.set_up(link)
    clock.turn(minutes=1)
    fresh = Desk(registry, seed=other.seed)
    assert (await fresh.post("/sign-in", name=HAI, password="chè xanh bến nứa")).status == 303
    await local.send("/people", "/people/revoke", name=HAI)
    assert (await fresh.post("/sign-in/code", code=fresh.code())).status == 403


async def test_the_audit_is_read_by_administrators_of_what_is_theirs(registry, local, desk):
    await registry.enrolled("bt-mau-01")
    whole = await (await desk.get("/audit")).text()
    assert "Chuỗi nguyên vẹn" in whole
    assert "lập tài khoản" in whole
    assert "bt-mau-01" in whole
    mine = await (await local.get("/audit")).text()
    assert ("bt-mau-01" in mine, "Lê Thị Quản" in mine) == (True, False)
    assert "Không có dòng nào" in await (await desk.get("/audit?unit=bt-khac")).text()
    by_person = await (await desk.get("/audit?person=lò&event=user-set-up")).text()
    assert ("Lò Thị Xã" in by_person, "Lê Thị Quản ·" in by_person) == (True, False)
    for odd in ("/audit?before=-1", "/audit?event=x", "/audit?before=9999999999999999999999", "/audit?before=²"):
        assert (await desk.get(odd)).status == 200


async def test_the_audit_goes_on_page_by_page_and_says_when_somebody_changed_it(registry, desk):
    from sqlalchemy import update

    from registry.audit.chain import note
    from registry.audit.tables import audit

    async with registry.app[STORAGE].writing() as connection:
        for n in range(60):
            await note(connection, Event.AREAS_IMPORTED, registry.clock(), detail=f"lần-{n:02d}")
    first = await (await desk.get("/audit?event=areas-imported")).text()
    assert ("lần-59" in first, "lần-09" in first) == (True, False)
    older = html.unescape(re.search(r'href="(/audit\?[^"]*before=\d+)"', first)[1])
    second = await (await desk.get(older)).text()
    assert (second.count("lần-"), "lần-00" in second) == (10, True)
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(audit).where(audit.c.detail == "lần-30").values(detail="chưa từng có"))
    text = await (await desk.get("/audit")).text()
    assert re.search(r"Chuỗi đứt ở dòng \d+", text)
    async with registry.app[STORAGE].reading() as connection:
        assert f"Chuỗi đứt ở dòng {broken_at(await rows(connection))}" in text


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_the_first_user_comes_by_the_command_and_never_with_a_password(tmp_path):
    data = ("--data", tmp_path)
    made = run("user", "add", "Lê Thị Đầu", *data, "--role", "administrator=vn.20", "--role", "operator=vn.20", "--url", "https://so.vn/")
    assert made.stdout.startswith("https://so.vn/set-up#")
    assert "administrator=vn.20 operator=vn.20" in run("user", "list", *data).output
    with pytest.raises(Refused, match="already"):
        CliRunner().invoke(
            command,
            ["user", "add", "lê thị đầu", "--data", str(tmp_path), "--role", "watcher=vn", "--url", "https://so.vn"],
            catch_exceptions=False,
        )
    again = run("user", "reset", "Lê Thị Đầu", *data, "--url", "https://so.vn")
    assert again.stdout.split()[0] != made.stdout.split()[0]
    assert run("user", "roles", "Lê Thị Đầu", *data, "--role", "watcher=vn.20.06001").exit_code == 0
    assert run("user", "revoke", "Lê Thị Đầu", *data).exit_code == 0
    assert "revoked" in run("user", "list", *data).output
    for words in (("--role", "king=vn"), ("--role", "watcher"), ("--role", "watcher=VN 20")):
        assert run("user", "add", "Hà Văn Sai", *data, *words, "--url", "https://so.vn").exit_code != 0
