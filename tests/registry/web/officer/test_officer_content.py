"""From the form to the units: two persons with two phones publish, nobody alone, nothing is lost when something comes in between."""

import json
import shutil
from datetime import timedelta

import pytest

from bundle.items import Notice, Wording
from bundle.manifest import items
from bundle.trust import Role, Target, verify_pack
from registry.areas.places import import_areas, read_areas
from registry.making.draft import canonical
from registry.trust.delegations import Duty
from registry.trust.site import make_pack
from registry.web.config import STORAGE
from tests.registry.making.officework import wav
from tests.registry.making.utterances import said
from tests.registry.web.officer.content_phones import (
    BOARD,
    LOUD,
    TEXT,
    VI,
    Writers,
    accepting,
    refused,
    signed,
    silent,
    submitted,
    words_of,
    written,
)
from tests.registry.web.officer.station import CHANNEL, DU, NIGHT, NUONG
from tests.registry.web.officer.test_officer_records import kept, send
from tests.registry.web.technician.office import AREAS, plain
from tests.simulators.content import PROVENANCE, small_bundle

needs_a_voice = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


@pytest.fixture
async def writers(station):
    made = Writers(station)
    made.morning()
    return made


async def test_two_persons_publish_a_notice(writers):
    author, approver = await writers.author(), await writers.approver()
    before = writers.bundle
    number = await written(author)
    assert writers.bundle == before, "a draft changes nothing"
    assert (await signed(author, number))[0] == 200
    assert writers.bundle == before, "nor does one person's signature"
    status, text = await signed(approver, number)
    assert (status, json.loads(text)["state"]) == (200, "released"), text
    after = writers.bundle
    (notice,) = [item for item in items(after) if item not in tuple(items(before))]
    assert isinstance(notice, Notice)
    assert (notice.versions[0].title, notice.versions[0].body) == (VI["title"], TEXT)
    assert (notice.provenance.author, after.version) == (NUONG, before.version + 1)
    assert [item for item in items(before) if item not in tuple(items(after))] == [], "what a folder published stands as it did"
    assert (await writers.station.events())[-4:] == ["content-drafted", "content-submitted", "content-approved", "content-released"]


async def test_the_units_own_check_names_both_persons(writers):
    author, approver = await writers.author(), await writers.approver()
    await signed(approver, await submitted(author))
    site = writers.station.site
    verified = verify_pack(make_pack(site, CHANNEL, Target.BUNDLE), site.root(), CHANNEL, Target.BUNDLE)
    assert (verified.authors, verified.approvers) == ((NUONG,), (DU,))


@needs_a_voice
async def test_what_the_machine_reads_sounds_in_a_session_and_its_clip_reaches_the_tree(writers):
    author, approver = await writers.author(), await writers.approver()
    status, text = await signed(approver, await submitted(author, **LOUD, on_board=False))
    assert status == 200, text
    (announcement,), (session,) = writers.bundle.announcements, writers.bundle.sessions
    (spoken,) = announcement.versions
    assert (spoken.voice, spoken.reviewer, session.order) == ("espeak-ng vi", NUONG, (announcement.id,))
    assert writers.station.site.blob(spoken.clip.sha256).exists(), "units find it in the release tree"


async def test_a_recording_sounds_as_it_was_judged_and_is_kept_from_then_on(writers):
    author, approver = await writers.author(), await writers.approver()
    body = wav(said())
    assert (await send(author, body))[0] == 201
    take = await kept(writers.station, body)
    page = (await author.get(f"/officer/content/new?channel={CHANNEL}&take={take.sha256}"))[1]
    assert f'name="use" value="{take.sha256}" checked' in page
    followed = 'name="essential" value="1" checked'
    assert followed in page, "whom a voice has reached is followed"
    empty = (await author.get(f"/officer/content/new?channel={CHANNEL}"))[1]
    assert f'name="use" value="{take.sha256}">' in empty, "offered, not taken"
    assert followed not in empty
    recorded = {**VI, "speech": {"kind": "recorded", "sha256": take.sha256}}
    number = await submitted(author, versions=[recorded], sound={"kind": "soon", "minutes": 10})
    assert (await signed(approver, number))[0] == 200
    (spoken,) = writers.bundle.announcements[0].versions
    assert (spoken.clip, spoken.voice, spoken.reviewer) == (take.clip, take.speaker, NUONG)
    assert writers.station.site.blob(take.clip.sha256).exists()
    assert (await kept(writers.station, body)).used is not None
    status, text = await author.send(
        "/officer/content", {**LOUD, "versions": [{**VI, "speech": {"kind": "recorded", "sha256": "0" * 64}}], "once": "0" * 16}
    )
    assert (status, "no such recording" in refused(text)) == (409, True)


@needs_a_voice
async def test_a_recording_is_its_senders_until_it_was_used_and_keeps_its_language(writers):
    author, other = await writers.author(), await writers.author("Lò Thị Ba")
    await writers.approver()
    body = wav(said())
    assert (await send(author, body))[0] == 201
    take = await kept(writers.station, body)
    recorded = {"kind": "recorded", "sha256": take.sha256}
    form = {"versions": [{**VI, "speech": recorded}], "sound": {"kind": "soon", "minutes": 10}}
    status, text = await other.send("/officer/content", {**BOARD, **form, "once": "0123456789abcdef"})
    assert (status, "no such recording" in refused(text)) == (409, True)
    assert (await send(other, body, speaker="Lò Thị Ba"))[0] == 409
    assert (await kept(writers.station, body)).speaker == NUONG
    spoken = {**form, "versions": [{**VI, "speech": {"kind": "read"}}, {**VI, "language": "hmn", "speech": recorded}]}
    status, text = await author.send("/officer/content", {**BOARD, **spoken, "once": "0123456789abcdef"})
    assert (status, "another language" in refused(text)) == (409, True)
    await submitted(author, **form)
    assert await written(other, **form), "a correction may be another officer's"


@needs_a_voice
async def test_a_village_without_speech_in_its_language_blocks_until_it_is_accepted_by_name(writers):
    author = await writers.author()
    await writers.approver()
    number = await written(author, **LOUD)
    status, text = await signed(author, number)
    assert (status, "Bản Khuổi Sao" in refused(text)) == (409, True)
    assert "Bản Khuổi Sao" in plain((await author.get(f"/officer/content/{number}"))[1])
    assert (await signed(author, number, accepted=("hmn",)))[0] == 200
    assert "speech-missing-accepted" in await writers.station.events()


@needs_a_voice
async def test_only_the_gaps_that_were_shown_are_accepted_and_villages_of_one_name_are_two(writers):
    author = await writers.author()
    await writers.approver()
    number = await written(author, **LOUD)
    shown, told = await silent(author, number), await words_of(author, number)
    assert shown == {f"{CHANNEL}.03": ["hmn"]}
    more = AREAS + f"{CHANNEL}.04,Bản Khuổi Sao,vi hmn,21.05,103.05\n"
    async with writers.station.registry.app[STORAGE].writing() as connection:
        await import_areas(connection, read_areas(more, "areas.csv"))
    status, text = await accepting(author, number, told, shown)
    assert (status, "Bản Khuổi Sao" in refused(text)) == (409, True), "nobody has seen the new village"
    again = await silent(author, number)
    assert sorted(again) == [f"{CHANNEL}.03", f"{CHANNEL}.04"]
    assert (await accepting(author, number, told, again))[0] == 200


async def test_another_release_in_between_costs_one_tap_of_the_author(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author)
    told = await words_of(approver, number)
    folder = small_bundle(writers.station.clock(), title="Họp thôn").model_copy(update={"version": 2})
    writers.station.publisher.release_bundle(CHANNEL, folder, at=writers.station.clock())
    status, text = await signed(approver, number, told=told)
    assert (status, "fits no longer" in refused(text)) == (409, True)
    assert 'data-state="outdated"' in (await author.get(f"/officer/content/{number}"))[1]
    assert (await signed(author, number))[0] == 200, "the same words, signed again, nothing typed"
    assert (await signed(approver, number))[0] == 200
    assert (writers.bundle.version, [each.versions[0].title for each in writers.bundle.notices]) == (3, ["Họp thôn", VI["title"]])


async def test_what_a_folder_published_is_signed_along_byte_for_byte(writers):
    author, station = await writers.author(), writers.station
    await writers.approver()
    folder = small_bundle(station.clock()).model_copy(update={"version": 2})
    station.publisher.release(CHANNEL, Target.BUNDLE, canonical(folder), at=station.clock())
    told = await words_of(author, await written(author))
    before, now = json.loads(told["released"]), json.loads(told["content"])
    assert "music" in told["released"] or "essential" in told["released"], "a folder writes the defaults as well"
    assert [item for item in now["notices"] if item in before["notices"]] == before["notices"]
    assert len(now["notices"]) == len(before["notices"]) + 1


@needs_a_voice
async def test_an_approval_that_comes_too_late_for_its_hour_is_not_released(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author, **LOUD)
    writers.station.clock.at += timedelta(minutes=30)
    status, text = await signed(approver, number)
    assert (status, "its time passed" in refused(text)) == (409, True)
    assert (await signed(author, number, accepted=("hmn",)))[0] == 200, "ten minutes count from now"
    assert (await signed(approver, number))[0] == 200


async def test_the_approver_sends_it_back_with_a_word_and_its_author_edits_the_same(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author, once="0123456789abcdef")
    assert (await approver.send(f"/officer/content/{number}/back", {"word": "Ghi rõ mấy giờ"}))[0] == 200
    assert "Ghi rõ mấy giờ" in plain((await author.get(f"/officer/content/{number}"))[1])
    status, page = await author.get(f"/officer/content/{number}/edit")
    assert (status, TEXT in page) == (200, True)
    better = {**VI, "text": TEXT + " Từ 7 giờ."}
    assert await written(author, once="0123456789abcdef", versions=[better]) == number
    assert (await signed(author, number))[0] == 200
    assert (await signed(approver, number))[0] == 200
    assert writers.bundle.notices[-1].versions[0].body.endswith("Từ 7 giờ.")


async def test_a_form_that_is_sent_again_because_its_answer_was_lost_makes_no_second_draft(writers):
    author = await writers.author()
    await writers.approver()
    assert await written(author, once="0123456789abcdef") == await written(author, once="0123456789abcdef")


@needs_a_voice
async def test_an_hour_at_which_no_unit_would_sound_is_refused_with_the_nearest_that_does(writers):
    author = await writers.author()
    await writers.approver()
    late = {"kind": "at", "start": "2027-05-04T22:00:00", "repeat": "once"}
    status, text = await author.send("/officer/content", {**LOUD, "sound": late, "once": "0123456789abcdef"})
    assert (status, "quiet hours" in refused(text), "gần nhất: 21:" in refused(text)) == (409, True, True), text


async def test_letters_that_no_board_shows_are_refused(writers):
    author = await writers.author()
    await writers.approver()
    status, text = await author.send(
        "/officer/content", {**BOARD, "versions": [{**VI, "text": "Mời bà con 𒀀"}], "once": "0123456789abcdef"}
    )
    assert (status, "vi: text" in refused(text)) == (409, True)


@pytest.mark.parametrize("seat", [(Role.STOP, Duty.AUTHOR), (Role.ALERTS, Duty.AUTHOR), (Role.CONTENT, Duty.APPROVER)])
async def test_who_has_no_authors_seat_writes_nothing(writers, seat):
    phone = await writers.station.seated(NUONG, seat)
    status, text = await phone.send("/officer/content", {**BOARD, "once": "0123456789abcdef"})
    assert (status, "no seat as an author" in refused(text)) == (409, True)


async def test_its_author_cannot_approve_it_and_a_stranger_sees_nothing(writers):
    author, stranger = await writers.author(), await writers.station.phone("Lê Thị Xã Khác", channels=("vn.20.06002",))
    await writers.approver()
    number = await submitted(author)
    status, _ = await signed(author, number)
    assert (status, writers.bundle.version) == (409, 1)
    await stranger.hand_in()
    for path in (f"/officer/content/{number}", f"/officer/content/{number}/words", f"/officer/content/new?channel={CHANNEL}"):
        assert (await stranger.get(path))[0] == 404


async def test_a_draft_is_its_authors_alone(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await written(author)
    assert (await approver.get(f"/officer/content/{number}"))[0] == 404
    await author.send(f"/officer/content/{number}/cancel")
    assert 'data-state="cancelled"' in (await author.get(f"/officer/content/{number}"))[1]


async def test_forged_forms_do_nothing(writers):
    author = await writers.author()
    await writers.approver()
    number = await submitted(author)
    for path in ("", f"/{number}/signature", f"/{number}/back", f"/{number}/cancel"):
        assert (await author.send(f"/officer/content{path}", {}, token="forged"))[0] == 403
    assert (await words_of(author, number))["signed"]


async def test_what_was_withdrawn_does_not_come_back_with_the_next_release(writers):
    from registry.trust.urgent import with_withdrawal

    author, approver = await writers.author(), await writers.approver()
    station = writers.station
    extra = Notice(id="hop-thon", provenance=PROVENANCE, versions=(Wording(language="vi", title="Họp thôn", body="Tối nay."),))
    bundle = small_bundle(station.clock()).model_copy(update={"version": 2, "notices": (*small_bundle(NIGHT).notices, extra)})
    station.publisher.release_bundle(CHANNEL, bundle, at=station.clock())
    stops = with_withdrawal(station.site, None, CHANNEL, "hop-thon", "sai giờ")
    station.publisher.release_stop(CHANNEL, stops, at=station.clock())
    assert (await signed(approver, await submitted(author)))[0] == 200
    assert "hop-thon" not in [item.id for item in items(writers.bundle)]
