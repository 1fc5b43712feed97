"""One person takes an entry off the air in two taps; who still carries it is told by what units said last, and never guessed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bundle.policy import StopList
from bundle.trust import Target
from evidence.duties import Duty as Holds
from registry.desk.on_air import entries
from registry.fleet.duties import name_one
from registry.web.config import STORAGE
from tests.registry.web.conftest import VILLAGE
from tests.registry.web.officer.content_phones import Writers, signed, submitted
from tests.registry.web.officer.station import CHANNEL
from tests.registry.web.technician.office import plain

NAME = "tiem-chung"


@pytest.fixture
async def writers(station):
    made = Writers(station)
    made.morning()
    return made


async def asked(phone, name=NAME):
    status, text = await phone.send("/officer/content/stop", {"channel": CHANNEL, "name": name})
    return status, json.loads(text)


async def stopped(phone, told, name=NAME, **changed):
    signature = phone.key.sign(told["signed"].encode()).hex()
    body = {"channel": CHANNEL, "name": name, "signature": signature, "signed": told["signed"], "content": told["content"], **changed}
    return await phone.send("/officer/content/stop/signature", body)


async def test_one_person_takes_it_off_the_air(writers):
    stopper = await writers.stopper()
    status, told = await asked(stopper)
    assert (status, writers.station.released(Target.STOP)) == (200, None), "asking ends nothing"
    status, text = await stopped(stopper, told)
    assert status == 200, text
    stops = writers.station.released(Target.STOP)
    assert isinstance(stops, StopList)
    assert [(entry.item, entry.version) for entry in stops.withdrawn] == [(NAME, 1)]
    assert (await writers.station.events())[-1] == "content-stopped"
    assert "Lịch tiêm chủng" not in plain((await stopper.get("/officer"))[1])


async def test_all_that_a_wish_put_goes_together(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    number = await submitted(author)
    assert (await signed(approver, number))[0] == 200
    (notice,) = [each for each in writers.bundle.notices if each.id != NAME]
    _, told = await asked(stopper, notice.id)
    assert told["items"] == [notice.id]
    assert (await stopped(stopper, told, notice.id))[0] == 200
    status, told = await asked(stopper)
    assert status == 200, "everything else stands"
    before, now = json.loads(told["released"]), json.loads(told["content"])
    assert before["withdrawn"] == now["withdrawn"][:1], "what is stopped already is told, to be held against what is signed"


async def test_a_phone_without_that_seat_takes_nothing_off(writers):
    author = await writers.author()
    _, told = await asked(author)
    status, text = await stopped(author, told)
    assert (status, "no seat here" in text, writers.station.released(Target.STOP)) == (409, True, None)


async def test_what_was_signed_must_take_off_just_that(writers):
    stopper = await writers.stopper()
    _, told = await asked(stopper)
    other = json.dumps({"format": 1, "channel": CHANNEL}, separators=(",", ":"))
    assert (await stopped(stopper, told, content=other))[0] == 409
    assert (await stopped(stopper, told, signed="[]"))[0] == 409
    assert (await asked(stopper, "khong-co"))[0] == 409
    assert writers.station.released(Target.STOP) is None


async def test_a_signed_stop_of_one_entry_is_not_taken_for_another(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    assert (await signed(approver, await submitted(author)))[0] == 200
    (other,) = [each.id for each in writers.bundle.notices if each.id != NAME]
    _, told = await asked(stopper)
    status, text = await stopped(stopper, told, name=other)
    assert (status, "not what was asked for" in text, writers.station.released(Target.STOP)) == (409, True, None)


async def test_a_stop_that_was_signed_before_another_release_is_made_anew_upon_it(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    number, (_, told) = await submitted(author), await asked(stopper)
    assert (await signed(approver, number))[0] == 200
    assert (await stopped(stopper, told))[0] == 409, "no unit would take it off the bundle that it has now"
    assert (await stopped(stopper, (await asked(stopper))[1]))[0] == 200
    assert NAME not in [each.name for each in entries(writers.bundle, writers.station.released(Target.STOP), writers.station.clock())]


async def test_who_carries_it_still_is_told_by_what_each_unit_obeys(writers):
    station, stopper = writers.station, await writers.stopper()
    unit = await station.registry.enrolled("bt-mau-01", replace(VILLAGE, place=f"{CHANNEL}.01", channels=(CHANNEL,)))
    async with station.registry.app[STORAGE].writing() as connection:
        await name_one(connection, "bt-mau-01", Holds.EQUIPMENT, "Hoàng Văn Suối", "0912 000 111")
    _, told = await asked(stopper)
    await stopped(stopper, told)
    page = f"/officer/content/stopped/{CHANNEL}/{NAME}"
    assert "Chưa rõ not known 1" in plain((await stopper.get(page))[1]), "nobody has heard of it"
    await station.registry.report(unit.report(0, versions={f"{CHANNEL}/bundle.json": 1}))
    text = plain((await stopper.get(page))[1])
    assert ("Chưa nhận lệnh dừng has not got the stop 1" in text, "0912 000 111" in text) == (True, True), text
    await station.registry.report(unit.report(1, versions={f"{CHANNEL}/bundle.json": 1, f"{CHANNEL}/stop.json": 1}))
    text = plain((await stopper.get(page))[1])
    assert ("Đã dừng gone 1" in text, "Nobody, by the newest reports" in text) == (True, True), text
    station.clock.at += timedelta(hours=12)
    assert "Chưa rõ not known 1" in plain((await stopper.get(page))[1]), "old news is not known"
