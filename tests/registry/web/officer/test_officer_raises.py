"""From the form to the air: two persons with two phones, nobody alone, nothing lost when something comes in between."""

import asyncio
import io
import json
import shutil
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from bundle.alert import RiskLevel, Status
from bundle.errors import Refused
from bundle.trust import Role
from registry.alerts.pending import keeping
from registry.alerts.pending.states import State
from registry.audit.chain import rows
from registry.trust.delegations import Duty
from registry.web.alerts.gating import GATE
from registry.web.config import STORAGE
from registry.web.officer.confirming import statement
from registry.web.officer.keys import holder_of
from tests.registry.web.officer.station import CHANNEL, DU, FLOOD, NIGHT, NUONG, RUONG, WISH
from tests.registry.web.technician.office import plain
from tests.simulators.content import clip_of, flood_alert


async def row(station, number):
    async with station.registry.app[STORAGE].reading() as connection:
        return await keeping.one(connection, number)


def told(text):
    return " ".join(f"{each['where']} {each['what']} {each['do']}" for each in json.loads(text)["refused"])


async def test_two_persons_raise_an_alert(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish()
    assert station.released() is None, "nothing leaves by asking for it"
    assert (await author.sign(number))[0] == 200
    assert station.released() is None, "nor by one person's signature"
    status, text = await approver.sign(number)
    assert (status, json.loads(text)["out"]) == (200, True), text
    (alert,) = await station.on_air()
    assert (alert.event, alert.level, alert.status) == ("Lũ lên nhanh", RiskLevel.ORANGE, Status.ACTUAL)
    assert (alert.areas, alert.expires) == ((f"{CHANNEL}.01",), NIGHT + timedelta(hours=3))
    assert alert.provenance.author == NUONG
    assert alert.provenance.approver.startswith("một trong / one of: "), "of several none is said to have signed"
    assert DU in alert.provenance.approver.removeprefix("một trong / one of: ").split("; ")
    assert f"theo chữ ký: {DU}" in plain((await approver.get(f"/officer/alerts/{number}"))[1])
    assert [version.phrases for version in alert.versions] == [(clip_of(FLOOD),)], "exactly the clip that every unit holds"
    assert (await station.events())[-4:] == ["alert-waits", "alert-signed", "alert-approved", "alert-out"]


async def test_a_form_that_is_sent_again_because_its_answer_was_lost_raises_no_second_alert(station):
    author = await station.author()
    await station.approver()
    again = {**WISH, "once": "0123456789abcdef"}
    answers = await asyncio.gather(*(author.send("/officer/alerts", again) for _ in range(3)))
    assert sorted(status for status, _ in answers) == [200, 200, 201]
    (number,) = {json.loads(text)["id"] for _, text in answers}
    other = await station.author("Hà Thị Cũng Soạn")
    station.clock.at += timedelta(seconds=1)
    assert json.loads((await other.send("/officer/alerts", again))[1])["id"] != number, "a number is one officer's own"
    await author.send(f"/officer/alerts/{number}/cancel", {"reason": "nhầm"})
    station.clock.at += timedelta(seconds=1)
    status, text = await author.send("/officer/alerts", again)
    assert (status, json.loads(text)["id"] != number) == (201, True), "what was cancelled can be raised anew"


async def test_what_is_signed_is_what_the_phone_is_shown(station):
    author, number = await station.author(), None
    await station.approver()
    number = await author.wish()
    words = await author.words(number)
    assert words["path"] == f"{CHANNEL}/alerts.json"
    assert list(json.loads(words["signed"])["targets"]) == [words["path"]]
    assert [alert["event"] for alert in json.loads(words["content"])["alerts"]] == ["Lũ lên nhanh"]


async def test_its_author_does_not_approve_it(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    assert (await author.sign(number))[0] == 200
    status, text = await author.sign(number)
    assert (status, station.released()) == (409, None)
    assert "has signed" in told(text)


async def test_another_author_does_not_sign_what_names_somebody_else_as_its_author(station):
    author, other = await station.author(), await station.author("Hà Thị Cũng Soạn")
    await station.approver()
    number = await author.wish()
    status, text = await other.sign(number)
    assert (status, "its author signs first" in told(text)) == (409, True)


async def test_a_phone_without_a_seat_signs_nothing(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    stranger = await station.seated("Vừ A Lạ")
    assert (await stranger.sign(number))[0] == 409
    assert (await author.sign(number))[0] == 200
    status, text = await stranger.sign(number)
    assert (status, "no seat here" in told(text)) == (409, True)
    assert list((await row(station, number)).proposal.metadata().signatures) == [holder_of(NUONG, author.public).keyid]
    assert (await stranger.send("/officer/alerts", {**WISH, "once": "0" * 16}))[0] == 409
    assert (await station.events())[-1] == "alert-refused"


@pytest.mark.parametrize("signature", ["00" * 64, "ff" * 64])
async def test_a_wrong_signature_is_not_taken_in(station, signature):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    status, text = await author.send(f"/officer/alerts/{number}/signature", {"signature": signature})
    assert (status, "does not fit" in told(text)) == (409, True)
    assert (await row(station, number)).state is State.PENDING


async def test_the_signature_under_another_alert_is_not_taken_in(station):
    author = await station.author()
    await station.approver()
    first, second = await author.wish(), await author.wish(level=5)
    status, _ = await author.sign(second, signed=(await author.words(first))["signed"])
    assert status == 409


async def test_an_approver_whose_seat_was_taken_away_meanwhile_approves_nothing(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish()
    await author.sign(number)
    station.unseat(Role.ALERTS, DU)
    assert (await approver.sign(number))[0] == 409
    assert station.released() is None


async def test_who_was_seated_since_approves_nothing_that_names_others(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish()
    await author.sign(number)
    late = await station.approver("Vi Thị Mới Ngồi")
    status, text = await late.sign(number)
    assert (status, "it names another approver" in told(text), station.released()) == (409, True, None)
    assert (await approver.sign(number))[0] == 200


async def test_a_clash_asks_the_author_again_and_loses_nothing(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish()
    await author.sign(number)
    station.publisher.release_alerts(CHANNEL, flood_alert(station.clock(), identifier="cua-nguoi-khac"), at=station.clock())
    status, text = await approver.sign(number)
    # "… lại" when it is found now, "… trước" when the gate, which looks by itself, has asked the author already.
    assert (status, "author signs " in told(text), "người soạn ký " in told(text)) == (409, True, True)
    assert (await author.sign(number))[0] == 200
    assert (await approver.sign(number))[0] == 200
    assert {alert.identifier for alert in await station.on_air()} == {"cua-nguoi-khac", (await row(station, number)).alert.identifier}


async def test_every_complaint_comes_at_once(station):
    author = await station.author()
    await station.approver()
    wrong = {"once": "0" * 16, "channel": CHANNEL, "phrase": "khong-co", "level": 3, "until": "9", "areas": ["vn.20.06002.01"]}
    status, text = await author.send("/officer/alerts", wrong)
    assert status == 409
    assert all(part in told(text) for part in ("khong-co", "vn.20.06002.01", "until")), text


async def test_a_province_chooses_among_its_communes_and_not_among_all_their_villages(station):
    phone = await station.phone(channels=("vn.20",))
    page = (await phone.get("/officer/new?channel=vn.20"))[1]
    assert ('value="vn.20.06001"' in page, 'value="vn.20.06001.01"' in page) == (True, False)


async def test_the_units_own_painter_shows_what_the_board_will_show(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    answer = await station.client.get(f"/officer/alerts/{number}/board.png", headers=author.headers)
    assert (answer.status, answer.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(await answer.read())) as picture:
        assert picture.size == (720, 405)
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert (255, 160, 50) in colours, "the colour of level 3"


async def test_a_routine_phrase_is_no_alarm(station):
    author = await station.author()
    assert "thu-loa" not in (await author.get("/officer"))[1]
    assert (await author.send("/officer/alerts", {**WISH, "once": "0" * 16, "phrase": "thu-loa"}))[0] == 409


async def test_a_village_that_hears_nothing_in_its_language_is_named_and_accepted_by_name(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish(areas=[f"{CHANNEL}.03"])
    page = plain((await author.get(f"/officer/alerts/{number}"))[1])
    assert "Bản Khuổi Sao : tiếng Mông" in page
    status, text = await author.sign(number)
    assert (status, "Bản Khuổi Sao" in told(text)) == (409, True)
    assert (await author.sign(number, accepted=("hmn",)))[0] == 200
    assert "speech-missing-accepted" in await station.events()
    assert (await approver.sign(number))[0] == 200


async def test_an_exercise_says_so_and_its_emergency_phrase_stays_silent(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish(exercise=True, areas=[f"{CHANNEL}.01"])
    await author.sign(number, accepted=("vi",))
    assert (await approver.sign(number))[0] == 200
    (alert,) = await station.on_air()
    assert (alert.status, alert.versions[0].phrases) == (Status.EXERCISE, ())


async def test_until_morning_is_the_next_morning_of_the_village(station):
    author = await station.author()
    await station.approver()
    assert (await row(station, await author.wish(until="morning"))).alert.expires.isoformat() == "2027-05-03T23:00:00+00:00"


async def test_one_person_cancels_what_has_not_left(station):
    author, approver, stopper = await station.author(), await station.approver(), await station.stopper()
    number = await author.wish()
    await author.sign(number)
    assert (await stopper.send(f"/officer/alerts/{number}/cancel", {"reason": "nhầm xã"}))[0] == 200
    status, text = await approver.sign(number)
    assert (status, station.released()) == (409, None)
    assert "đã hủy" in told(text)
    assert "nhầm xã" in (await approver.get(f"/officer/alerts/{number}"))[1]


async def test_one_approver_lets_a_sources_alert_out_before_its_time(station):
    officer, number = await station.approver(), await station.warned()
    page = (await officer.get("/officer"))[1]
    assert ('data-seconds="120"' in page, "Đài Khí tượng Mẫu" in page) == (True, True)
    status, text = await officer.confirm(number)
    assert (status, json.loads(text)["out"]) == (200, True), text
    (alert,) = await station.on_air()
    assert (alert.identifier, alert.provenance.approver) == ("kttv-17", DU)
    async with station.registry.app[STORAGE].reading() as connection:
        (signed,) = [each for each in await rows(connection) if each.event == "confirmation-signed"]
    _, keyid, signature = signed.detail.split()
    assert (signed.technician, keyid) == (DU, holder_of(DU, officer.public).keyid)
    officer.key.public_key().verify(bytes.fromhex(signature), statement(await row(station, number)).encode())


async def test_a_stolen_cookie_without_its_key_lets_nothing_out(station):
    officer, number = await station.approver(), await station.warned()
    stated = await officer.statement(number)
    officer.key = Ed25519PrivateKey.generate()
    status, text = await officer.confirm(number, stated)
    assert (status, "does not fit" in told(text)) == (409, True)
    assert (await officer.send(f"/officer/alerts/{number}/confirm", {"reason": "x"}))[0] == 409
    assert (await row(station, number)).state is State.PENDING


async def test_the_signature_under_other_words_lets_nothing_out(station):
    officer, number = await station.approver(), await station.warned()
    stated = await officer.statement(number)
    assert (await officer.confirm(number, stated.replace("kttv-17", "kttv-18")))[0] == 409
    gate, waits = station.registry.app[GATE], await row(station, number)
    (text,) = waits.alert.versions
    await gate.dress(number, waits.alert.model_copy(update={"versions": (text.model_copy(update={"headline": "Khác"}),)}), {})
    status, text = await officer.confirm(number, stated)
    assert (status, "does not fit" in told(text)) == (409, True)
    with pytest.raises(Refused, match="changed just now"):
        await gate.confirm(number, DU, waits.alert)
    assert (await officer.confirm(number))[0] == 200


@pytest.mark.parametrize("seats", [((Role.STOP, Duty.AUTHOR),), ((Role.ALERTS, Duty.AUTHOR),)])
async def test_who_may_only_stop_or_only_write_starts_no_sources_alert(station, seats):
    officer, number = await station.seated(RUONG, *seats), await station.warned()
    assert 'id="confirm"' not in (await officer.get(f"/officer/alerts/{number}"))[1]
    assert (await officer.get(f"/officer/alerts/{number}/statement"))[0] == 404
    status, text = await officer.confirm(number, statement(await row(station, number)))
    assert (status, "approver's seat" in told(text)) == (409, True)
    assert ((await row(station, number)).state, await station.on_air()) == (State.PENDING, [])


async def test_one_officer_stops_a_sources_alert_while_it_waits(station):
    officer, number = await station.author(), await station.warned()
    assert (await officer.send(f"/officer/alerts/{number}/cancel", {"reason": "nhầm lưu vực"}))[0] == 200
    assert (await row(station, number)).state is State.CANCELLED
    assert (await officer.send(f"/officer/alerts/{number}/confirm", {"signature": "00" * 64}))[0] == 409
    assert await station.on_air() == []


async def test_what_was_let_go_and_could_not_leave_can_still_be_cancelled(station):
    officer, number = await station.approver(), await station.warned()
    station.registry.app[GATE].outlet.online = None
    status, text = await officer.confirm(number)
    assert (status, "holds no key" in told(text)) == (409, True)
    assert 'id="cancel"' in (await officer.get(f"/officer/alerts/{number}"))[1]
    assert 'id="cancel"' not in (await (await station.seated("Vừ A Lạ")).get(f"/officer/alerts/{number}"))[1]
    assert (await officer.send(f"/officer/alerts/{number}/cancel", {"reason": "nhầm"}))[0] == 200
    assert 'id="cancel"' not in (await officer.get(f"/officer/alerts/{number}"))[1]


async def test_nobody_without_a_seat_decides_on_a_sources_alert(station):
    stranger, number = await station.seated("Vừ A Lạ"), await station.warned()
    for act, body in (("cancel", {"reason": "x"}), ("confirm", {"signature": "00" * 64})):
        status, text = await stranger.send(f"/officer/alerts/{number}/{act}", body)
        assert (status, "no seat here" in told(text)) == (409, True)
    assert (await row(station, number)).state is State.PENDING


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_what_an_officer_writes_is_read_aloud_after_the_phrase(station):
    author, approver = await station.author(), await station.approver()
    number = await author.wish(text="Cầu Bến Đò đã ngập, đi đường đồi.")
    (text,) = (await row(station, number)).alert.versions
    assert (text.phrases, text.voice, text.reviewer) == ((clip_of(FLOOD),), "espeak-ng vi", NUONG)
    answer = await station.client.get(f"/officer/alerts/{number}/clips/{text.clip.sha256}", headers=author.headers)
    assert (answer.status, len(await answer.read())) == (200, text.clip.size)
    await author.sign(number)
    assert (await approver.sign(number))[0] == 200
    assert station.site.blob(text.clip.sha256).exists(), "units find it in the release tree"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_an_exercise_is_read_aloud_and_says_so_first(station):
    author = await station.author()
    await station.approver()
    (text,) = (await row(station, await author.wish(exercise=True))).alert.versions
    assert (text.phrases, text.clip is not None) == ((), True)


async def test_a_forged_form_raises_and_signs_nothing(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    for path in ("/officer/alerts", f"/officer/alerts/{number}/signature", f"/officer/alerts/{number}/cancel", "/officer/stop"):
        assert (await author.send(path, {}, token="forged"))[0] == 403
        assert (await station.events())[-1] == "form-forged"


async def test_another_communes_officer_sees_and_does_nothing(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    other = await station.phone("Lê Thị Xã Khác", channels=("vn.20.06002",))
    await other.hand_in()
    assert (await other.get(f"/officer/alerts/{number}"))[0] == 404
    assert (await other.get(f"/officer/alerts/{number}/words"))[0] == 404
    assert (await other.send(f"/officer/alerts/{number}/cancel", {"reason": "x"}))[0] == 404
    assert (await other.get(f"/officer/new?channel={CHANNEL}"))[0] == 404
    assert "Lũ lên nhanh" not in (await other.get("/officer"))[1]


async def test_an_officer_cannot_flood_the_gate(station):
    phone = await station.author()
    answers = [(await phone.send("/officer/alerts", {}))[0] for _ in range(61)]
    assert answers == [409] * 60 + [429]


async def test_the_approvers_page_hears_of_it_at_once(station):
    author, approver = await station.author(), await station.approver()
    async with station.client.get("/officer/news", headers=approver.headers) as stream:
        assert await stream.content.readuntil(b"\n\n") == b"data: new\n\n"
        await author.wish()
        assert await stream.content.readuntil(b"\n\n") == b"data: new\n\n"
    assert (await station.client.get("/officer/news")).status == 401


async def test_the_pages_allow_no_script_but_ours(station):
    author = await station.author()
    await station.approver()
    number = await author.wish()
    for path in ("/officer", f"/officer/new?channel={CHANNEL}&phrase=lu-len-nhanh", f"/officer/alerts/{number}"):
        answer = await station.client.get(path, headers=author.headers)
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "<script>" not in await answer.text()
        assert " onclick" not in await answer.text()


async def test_a_phrase_can_be_heard_before_it_is_chosen(station):
    author = await station.author()
    answer = await station.client.get(f"/officer/phrases/{CHANNEL}/{clip_of(FLOOD).sha256}", headers=author.headers)
    assert (answer.status, await answer.read()) == (200, FLOOD)
    assert (await station.client.get(f"/officer/phrases/{CHANNEL}/{'0' * 64}", headers=author.headers)).status == 404
