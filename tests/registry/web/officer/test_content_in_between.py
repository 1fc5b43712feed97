"""What comes between a draft and its release changes neither who answers for it nor what one person has stopped."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bundle.trust import Role, Target
from registry.desk import keeping
from registry.desk.on_air import entries
from registry.desk.states import State
from registry.trust.delegations import Duty, Seat
from registry.web.config import STORAGE
from registry.web.officer.content.seeing import DESK
from registry.web.officer.keys import holder_of
from tests.registry.web.officer.content_phones import BOARD, LOUD, VI, Writers, refused, signed, submitted, words_of, written
from tests.registry.web.officer.station import BESIDE, CHANNEL, DU, NUONG
from tests.registry.web.officer.test_officer_content import needs_a_voice
from tests.registry.web.officer.test_officer_stops_content import NAME, asked, stopped

ONCE = "0123456789abcdef"


@pytest.fixture
async def writers(station):
    made = Writers(station)
    made.morning()
    return made


async def take_off(phone):
    """One person takes the notice of the channel's first bundle off the air."""
    status, text = await stopped(phone, (await asked(phone))[1])
    assert status == 200, text


def on_air(writers):
    return [entry.name for entry in entries(writers.bundle, writers.station.released(Target.STOP), writers.station.clock())]


@pytest.mark.parametrize("reader", ["approver", "without a seat"])
async def test_who_reads_an_outdated_one_does_not_become_its_author(writers, reader):
    author, approver = await writers.author(), await writers.approver()
    other = approver if reader == "approver" else await writers.station.phone("Vì Không Ghế")
    number, quicker = await submitted(author), await submitted(author, versions=[{**VI, "title": "Tin khác"}])
    assert (await signed(approver, quicker))[0] == 200
    before = json.loads((await words_of(other, number))["content"])
    assert before["version"] == writers.bundle.version, "as its author signed it, for who only reads"
    assert (await signed(author, number))[0] == 200
    assert (await signed(approver, number))[0] == 200
    assert [notice.provenance.author for notice in writers.bundle.notices if notice.id != NAME] == [NUONG, NUONG]


async def test_nobody_signs_as_the_author_what_names_another_as_its_author(writers):
    author, _ = await writers.author(), await writers.approver()
    number = await written(author)
    async with writers.station.registry.app[STORAGE].writing() as connection:
        kept = await keeping.one(connection, number)
        (notice,) = kept.change.notices
        named = notice.model_copy(update={"provenance": notice.provenance.model_copy(update={"author": DU})})
        await keeping.renew(connection, replace(kept, change=kept.change.model_copy(update={"notices": (named,)})))
    status, text = await signed(author, number)
    assert (status, "names another author" in refused(text)) == (409, True)


async def test_what_was_stopped_before_the_approval_does_not_come_back_with_it(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    number = await submitted(author)
    told = await words_of(approver, number)
    await take_off(stopper)
    status, text = await signed(approver, number, told=told)
    assert (status, "fits no longer" in refused(text), on_air(writers)) == (409, True, [])
    assert (await signed(author, number))[0] == 200, "the same words, signed again, nothing typed"
    assert (await signed(approver, number))[0] == 200
    assert NAME not in on_air(writers)


async def test_what_was_stopped_while_it_was_written_is_not_signed_along(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    number = await written(author)
    told = await words_of(author, number)
    await take_off(stopper)
    assert (await signed(author, number, told=told))[0] == 409
    for phone in (author, approver):
        assert (await signed(phone, number))[0] == 200
    assert NAME not in on_air(writers)


async def test_a_stop_that_is_quicker_than_the_release_keeps_it_back(writers):
    author, approver, stopper = await writers.author(), await writers.approver(), await writers.stopper()
    number, desk = await submitted(author), writers.station.registry.app[DESK]
    online, desk.online = desk.online, None
    assert (await signed(approver, number))[0] == 409, "signed by both, it could not leave"
    await take_off(stopper)
    desk.online = online
    assert ((await desk.see(number)).state, writers.bundle.version) == (State.OUTDATED, 1)
    assert CHANNEL in (await words_of(author, number))["content"]


@needs_a_voice
async def test_its_author_signs_no_hour_that_has_passed(writers):
    author, _ = await writers.author(), await writers.approver()
    number = await written(author, **LOUD)
    told = await words_of(author, number)
    writers.station.clock.at += timedelta(minutes=30)
    status, text = await signed(author, number, accepted=("hmn",), told=told)
    assert (status, "its time passed" in refused(text)) == (409, True)
    assert (await signed(author, number, accepted=("hmn",)))[0] == 200, "ten minutes count from now"


async def test_only_who_is_named_as_its_approver_approves(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author)
    later = await writers.approver("Lò Thị Ba")
    status, text = await signed(later, number)
    assert (status, "it names another approver" in refused(text), writers.bundle.version) == (409, True, 1)
    assert (await signed(approver, number))[0] == 200


async def test_what_was_sent_back_is_signed_again_without_a_change_or_with_one(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author, once=ONCE)
    for better in (VI, VI, {**VI, "title": "Lịch tiêm"}):
        assert (await approver.send(f"/officer/content/{number}/back", {"word": "Xem lại"}))[0] == 200
        assert await written(author, once=ONCE, versions=[better]) == number
        assert (await signed(author, number))[0] == 200
    assert (await signed(approver, number))[0] == 200


async def test_the_same_form_sent_for_another_channel_leaves_the_draft_alone(writers):
    author = await writers.station.phone(NUONG, channels=(CHANNEL, BESIDE))
    assert (await author.hand_in())[0] == 204
    for channel in (CHANNEL, BESIDE):
        writers.station.seat(Seat(Role.CONTENT, Duty.AUTHOR, holder_of(NUONG, author.public)), channel)
    await writers.approver()
    number = await written(author, once=ONCE)
    before = await words_of(author, number)
    status, text = await author.send("/officer/content", {**BOARD, "once": ONCE, "channel": BESIDE})
    assert (status, "of another channel" in refused(text)) == (409, True)
    assert await words_of(author, number) == before


async def test_an_officer_of_another_channel_lets_nothing_out_by_looking(writers):
    author, approver = await writers.author(), await writers.approver()
    number, desk = await submitted(author), writers.station.registry.app[DESK]
    online, desk.online = desk.online, None
    await signed(approver, number)
    desk.online = online
    neighbour = await writers.station.phone("Vi Thị Xa", channels=(BESIDE,))
    assert (await neighbour.get(f"/officer/content/{number}"))[0] == 404
    assert writers.bundle.version == 1
    assert (await author.get(f"/officer/content/{number}"))[0] == 200
    assert writers.bundle.version == 2, "it waited for somebody of its own channel"
