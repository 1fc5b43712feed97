"""Enrolling against a real registry: whatever is cut off is taken up again, and a refusal changes nothing."""

import asyncio
import hashlib
import shutil
import stat
from datetime import UTC, datetime

import pytest
from aiohttp import web
from click.testing import CliRunner

from bundle.errors import Refused
from device.errors import Unreachable
from device.paths import Paths
from device.unit import read_unit
from evidence.report import Enrolled
from evidence.signing import public_jwk, thumbprint
from provisioning.commands import provision
from provisioning.enrol import enrol, own_key
from provisioning.grant import read_grant
from provisioning.link import post_enrolment
from tests.provisioning.conftest import TRUST, in_machine

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


class Cut(Exception):
    """The power goes."""


def files(paths):
    return {path.relative_to(paths.root).as_posix() for path in paths.root.rglob("*") if path.is_file()}


async def enrolled(paths, central, unit=None, **named):
    return await enrol(paths, read_grant(central.grant(**named)), unit, NOW, post_enrolment)


async def test_a_unit_enrols_with_a_key_of_its_own(wired, central):
    record = await enrolled(wired, central)
    assert read_unit(wired) == record
    assert record.channels == ("vn", "vn.20", "vn.20.06001", "vn.20.06001.03")
    assert record.languages == ("vi", "km")
    assert record.content == f"{central.url}/content"
    assert record.simulated_hardware == ("screen", "sound", "pins", "clock")
    assert wired.root_json.read_text() == TRUST
    assert record.root_fingerprint == hashlib.sha256(TRUST.encode()).hexdigest()
    assert stat.S_IMODE(wired.key.stat().st_mode) == 0o600
    assert record.registry_keys is not None, "what a courier carries is sealed for this registry"


async def test_a_copy_of_the_whole_card_is_refused_in_another_machine(wired, central, tmp_path):
    in_machine(wired, "10000000abcd")
    record = await enrolled(wired, central)
    copy = Paths(shutil.copytree(wired.root, tmp_path / "copy"))
    assert read_unit(copy) == record, "the machine counts, not the card"
    in_machine(copy, "10000000ef01")
    with pytest.raises(Refused, match="belongs to another machine"):
        read_unit(copy)
    again = await enrolled(copy, central)
    assert read_unit(copy) == again, "who enrols it there knowingly has a unit there"


async def test_a_machine_that_tells_no_number_is_bound_to_its_system_or_to_nothing(wired, central):
    assert (await enrolled(wired, central)).serial is None
    (wired.root / "etc/machine-id").write_text("4f1d\n")
    assert read_unit(wired) is not None, "what told nothing then is not refused now"
    assert (await enrolled(wired, central)).serial == "4f1d"
    assert read_unit(wired) is not None


async def test_no_file_but_the_key_holds_the_key(wired, central):
    await enrolled(wired, central)
    private = wired.key.read_bytes().splitlines()[1]
    holders = [path for path in wired.root.rglob("*") if path.is_file() and private in path.read_bytes()]
    assert holders == [wired.key]


@pytest.mark.parametrize("step", ["before-sending", "answer-lost", "before-root", "before-unit"])
async def test_power_cut_at_any_step_and_the_same_command_again(wired, central, monkeypatch, step):
    grant = read_grant(central.grant())

    async def send(url, token):
        if step == "before-sending":
            raise Cut
        answer = await post_enrolment(url, token)
        if step == "answer-lost":
            raise Cut
        return answer

    def cut(*_, **__):
        raise Cut

    own_key(wired)
    key = wired.key.read_bytes()
    with monkeypatch.context() as patch:
        if step == "before-root":
            patch.setattr("provisioning.enrol.replace", cut)
        if step == "before-unit":
            patch.setattr("provisioning.enrol.write_unit", cut)
        with pytest.raises(Cut):
            await enrol(wired, grant, None, NOW, send)
    assert read_unit(wired) is None, "nobody believes it is enrolled before everything is in place"
    record = await enrol(wired, grant, None, NOW, post_enrolment)
    assert read_unit(wired) == record
    assert wired.key.read_bytes() == key


async def test_a_used_grant_is_told_in_one_sentence_and_writes_nothing(wired, central, tmp_path):
    grant = read_grant(central.grant())
    await enrol(wired, grant, None, NOW, post_enrolment)
    second = type(wired)(tmp_path / "unit2")
    with pytest.raises(Refused, match="another unit has already used this grant"):
        await enrol(second, grant, None, NOW, post_enrolment)
    assert files(second) == {"var/lib/bangtin/key"}


async def test_a_foreign_root_is_not_believed(wired, central):
    """Somebody stands between and hands out a root of his own: the fingerprint came another way."""
    grant = read_grant(central.grant())

    async def between(url, token):
        answer = await post_enrolment(url, token)
        return answer.model_copy(update={"root": TRUST.replace("1", "2")})

    with pytest.raises(Refused, match="somebody may stand between"):
        await enrol(wired, grant, None, NOW, between)
    assert files(wired) == {"etc/bangtin/unit.toml", "var/lib/bangtin/key"}


async def test_an_answer_for_another_unit_is_not_ours(wired, central):
    async def mixed_up(url, token):
        return (await post_enrolment(url, token)).model_copy(update={"unit": "bt-khac"})

    with pytest.raises(Refused, match="answered for bt-khac"):
        await enrol(wired, read_grant(central.grant()), None, NOW, mixed_up)
    assert read_unit(wired) is None


async def test_a_refused_move_leaves_the_enrolment_in_force(wired, central):
    before = await enrolled(wired, central)
    stale = read_grant(f"{central.url}#{'x' * 32}.{'0' * 32}")
    with pytest.raises(Refused, match="did not issue that grant"):
        await enrol(wired, stale, None, NOW, post_enrolment)
    assert read_unit(wired) == before


async def test_an_enrolled_unit_moves_under_its_own_name(wired, central):
    before = await enrolled(wired, central, unit="bt-di-doi")
    after = await enrolled(wired, central, place="vn.20.06002.01", **{"place-name": "Thôn Mới"})
    assert (after.unit, after.place) == (before.unit, "vn.20.06002.01")


async def test_a_damaged_key_is_not_silently_replaced(wired, central):
    own_key(wired)
    wired.key.write_bytes(b"torn")
    with pytest.raises(Refused, match="the unit's key is damaged"):
        await enrolled(wired, central)
    assert wired.key.read_bytes() == b"torn"


async def test_wrong_settings_are_told_before_anything_is_made(wired, central):
    wired.unit_toml.write_text("[scren]\n")
    with pytest.raises(Refused, match="did you mean"):
        await enrolled(wired, central)
    assert not wired.key.exists()


async def test_nobody_there_is_unreachable_not_refused(wired):
    with pytest.raises(Unreachable):
        await enrol(wired, read_grant(f"http://127.0.0.1:9#{'x' * 32}.{'0' * 32}"), None, NOW, post_enrolment)


async def test_a_captive_portal_is_no_registry(wired, aiohttp_server):
    async def welcome(_):
        return web.Response(text="<h1>Wi-Fi miễn phí</h1>", content_type="text/html")

    async def elsewhere(_):
        raise web.HTTPFound("/login")

    app = web.Application()
    app.router.add_post("/a/v1/enrol", welcome)
    app.router.add_post("/b/v1/enrol", elsewhere)
    server = await aiohttp_server(app)
    for door, told in (("a", Refused), ("b", Unreachable)):
        with pytest.raises(told):
            await enrol(wired, read_grant(f"http://127.0.0.1:{server.port}/{door}#{'x' * 32}.{'0' * 32}"), None, NOW, post_enrolment)
    assert not wired.root_json.exists()


def test_the_command_says_who_the_unit_now_is(wired, central):
    done = CliRunner().invoke(provision, ["enrol", "--root", str(wired.root), "--unit", "bt-lenh-01", "--grant", central.grant()])
    assert (done.exit_code, "enrolled: bt-lenh-01" in done.output, "Thôn Bản Mẫu" in done.output) == (0, True, True)
    assert public_jwk(wired.key.read_bytes())["kty"] == "OKP"
    # For the handover sheet: years later it tells whose key signed an archived report.
    assert thumbprint(public_jwk(wired.key.read_bytes())) in done.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--grant", "rác"], "copy the whole string"),
        (["--unit", "Tên Sai", "--grant", f"http://127.0.0.1:9#{'x' * 32}.{'0' * 32}"], "cannot be used"),
        (["--grant", f"http://127.0.0.1:9#{'x' * 32}.{'0' * 32}"], "repeat this very command"),
    ],
)
def test_every_refusal_is_a_clear_sentence(wired, words, told):
    done = CliRunner().invoke(provision, ["enrol", "--root", str(wired.root), *words])
    assert isinstance(done.exception, Refused)
    assert told in str(done.exception)


async def test_an_answer_that_comes_in_pieces_over_a_weak_link_is_one_answer(aiohttp_server):
    whole = Enrolled(
        unit="loa-1",
        place="vn.20.06001.01",
        place_name="Bản Mẫu",
        channels=("vn.20",),
        languages=("vi",),
        root="x" * 5000,
        content="http://x",
    ).model_dump_json()
    rest = asyncio.Event()

    async def slow(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(whole[:700].encode())
        rest.set()
        for _ in range(100):  # the client runs in this loop: it reads the first piece meanwhile
            await asyncio.sleep(0)
        await answer.write(whole[700:].encode())
        return answer

    app = web.Application()
    app.router.add_post("/v1/enrol", slow)
    server = await aiohttp_server(app)
    assert (await post_enrolment(str(server.make_url("")).rstrip("/"), "token")).root == "x" * 5000
    assert rest.is_set()
