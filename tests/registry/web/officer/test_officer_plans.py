"""The day's timeline over the wire, and the submission of what was moved."""

import html
import json
import re
from datetime import timedelta

import pytest

from bundle.policy import Policy
from bundle.trust import Target
from tests.director import village as v
from tests.registry.web.officer.content_phones import LOUD, Writers, refused, signed, submitted, words_of
from tests.registry.web.officer.planner import DAY, with_sessions
from tests.registry.web.officer.station import BESIDE, CHANNEL, NUONG
from tests.registry.web.officer.test_officer_content import needs_a_voice

ONCE = "0123456789abcdef"


@pytest.fixture
async def writers(station):
    made = Writers(station)
    made.morning()
    with_sessions(station)
    return made


async def day(phone, day=DAY, **plan):
    status, text = await phone.send("/officer/plan/day.json", {"channel": CHANNEL, "day": day, **plan})
    return status, json.loads(text)


def starts(found):
    return {block["session"]: block["start"] for block in found["blocks"]}


async def test_the_day_is_told_in_minutes_with_what_will_not_sound(writers):
    phone = await writers.author()
    status, found = await day(phone)
    assert status == 200, found
    assert starts(found) == {"sang": 360, "chieu": 1020}
    assert [(hush["from"], hush["to"]) for hush in found["hushes"]] == [(0, 300), (1290, 1440)]
    assert [(item["id"], item["live"]) for item in found["items"]] == [("chao", False), ("tin", False), ("dai-tinh", True)]
    assert found["sessions"]["sang"]["rule"]["often"] == "daily"
    _, found = await day(phone, edits=[{"session": "sang", "clock": "04:30"}])
    (block,) = [each for each in found["blocks"] if each["session"] == "sang"]
    assert (block["start"], block["due"], "quiet hours" in block["refused"]) == (None, 270, True)
    _, found = await day(phone, removed=["chieu"], day="2027-05-06")
    assert starts(found) == {"sang": 360}


async def test_looking_changes_nothing_and_what_is_sent_becomes_the_bundle(writers):
    author, approver = await writers.author(), await writers.approver()
    before = writers.bundle
    plan = {"channel": CHANNEL, "edits": [{"session": "sang", "clock": "06:30"}], "removed": ["chieu"]}
    status, told = await day(author, edits=plan["edits"], removed=plan["removed"])
    assert (status, starts(told), writers.bundle) == (200, {"sang": 390}, before)
    status, text = await author.send("/officer/plan", {**plan, "once": ONCE})
    assert status == 201, text
    again = await author.send("/officer/plan", {**plan, "once": ONCE})
    assert json.loads(again[1]) == json.loads(text), "pressed twice it is one submission"
    number = json.loads(text)["id"]
    status, text = await signed(author, number)
    assert (status, "Bản Khuổi Sao" in refused(text)) == (409, True), "what it lets sound has no speech for everybody"
    for phone in (author, approver):
        status, text = await signed(phone, number, accepted=("hmn",))
        assert status == 200, text
    (session,) = writers.station.released(Target.BUNDLE).sessions
    assert (session.id, session.schedule.start.hour, session.schedule.start.minute) == ("sang", 6, 30)
    assert session.provenance.author == NUONG
    assert starts((await day(author))[1]) == {"sang": 390}


async def test_a_plan_that_was_sent_back_is_gone_on_with_where_it_was_made(writers):
    author, approver = await writers.author(), await writers.approver()
    plan = {"channel": CHANNEL, "edits": [{"session": "sang", "clock": "06:30"}], "removed": ["chieu"], "once": ONCE}
    number = json.loads((await author.send("/officer/plan", plan))[1])["id"]
    assert (await signed(author, number, accepted=("hmn",)))[0] == 200
    assert (await approver.send(f"/officer/content/{number}/back", {"word": "Sớm hơn nữa"}))[0] == 200
    assert (await author.get(f"/officer/content/{number}/edit"))[0] == 303
    status, page = await author.get(f"/officer/plan?channel={CHANNEL}&number={number}")
    begun = json.loads(html.unescape(re.search(r"data-begun='([^']*)'", page)[1]))
    sang = {"session": "sang", "clock": "06:30:00", "fresh": False}
    assert (status, begun) == (200, {"once": ONCE, "edits": {"sang": sang}, "removed": ["chieu"]})
    better = {**plan, "edits": [{"session": "sang", "clock": "06:15"}]}
    status, text = await author.send("/officer/plan", better)
    assert (status, json.loads(text)["id"]) == (201, number), "the same submission"
    for phone in (author, approver):
        assert (await signed(phone, number, accepted=("hmn",)))[0] == 200
    (session,) = writers.bundle.sessions
    assert (session.schedule.start.hour, session.schedule.start.minute) == (6, 15)


@pytest.mark.parametrize("number", ["1", "99999999999999999999", "x"])
async def test_nobody_goes_on_with_what_is_not_a_plan_of_theirs(writers, number):
    author, approver = await writers.author(), await writers.approver()
    plan = {"channel": CHANNEL, "removed": ["chieu"], "once": ONCE}
    assert (await author.send("/officer/plan", plan))[0] == 201
    assert (await approver.get(f"/officer/plan?channel={CHANNEL}&number={number}"))[0] == 404


async def test_what_would_never_sound_is_not_submitted_and_the_nearest_time_is_named(writers):
    author, _ = await writers.author(), await writers.approver()
    plan = {"channel": CHANNEL, "edits": [{"session": "sang", "clock": "23:00"}], "once": ONCE}
    status, text = await author.send("/officer/plan", plan)
    assert (status, "quiet hours" in text, "nearest time that sounds" in text) == (409, True, True), text


@needs_a_voice
async def test_what_was_to_sound_soon_is_moved_by_days_and_sounds_then(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author, **LOUD)
    assert (await signed(approver, number))[0] == 200
    session = next(each for each in writers.bundle.sessions if each.id.endswith("-buoi"))
    later = (session.schedule.start + timedelta(days=3)).date().isoformat()
    edits = [{"session": session.id, "rule": {"first": later, "often": "once"}, "clock": "10:00"}]
    _, found = await day(author, day=later, edits=edits)
    assert [(each["start"], each["refused"]) for each in found["blocks"] if each["session"] == session.id] == [(600, "")]
    status, text = await author.send("/officer/plan", {"channel": CHANNEL, "edits": edits, "once": ONCE})
    assert status == 201, text
    number = json.loads(text)["id"]
    told = await words_of(author, number)
    before, after = (
        {item["id"]: item for item in json.loads(told[name])["announcements"]}[session.order[0]] for name in ("released", "content")
    )
    assert before["valid_until"] < later < after["valid_until"], "how long its words last is among what is signed"
    for phone in (author, approver):
        status, text = await signed(phone, number, accepted=("hmn",))
        assert status == 200, text
    assert starts((await day(author, day=later))[1])[session.id] == 600


async def test_the_signed_caps_are_those_of_the_channel(writers):
    rules = Policy(format=1, channel=CHANNEL, quiet_hours=v.policy().quiet_hours, sessions_per_day=1)
    writers.station.publisher.release_policy(CHANNEL, rules, at=writers.station.clock())
    _, found = await day(await writers.author())
    assert [(each["session"], "more sessions than a day" in each["refused"]) for each in found["blocks"]] == [
        ("sang", False),
        ("chieu", True),
    ]


async def test_nobody_looks_into_or_plans_a_channel_that_is_not_theirs(writers):
    other = await writers.station.phone("Vi Thị Xa", channels=(BESIDE,))
    assert (await day(other))[0] == 409
    assert (await other.get(f"/officer/plan?channel={CHANNEL}"))[0] == 404
    assert (await other.send("/officer/plan", {"channel": CHANNEL, "once": ONCE, "removed": ["sang"]}))[0] == 409


async def test_a_key_without_an_authors_seat_looks_and_does_not_send(writers):
    approver = await writers.approver()
    assert (await day(approver))[0] == 200
    status, text = await approver.send("/officer/plan", {"channel": CHANNEL, "once": ONCE, "removed": ["sang"]})
    assert (status, "no seat as an author" in refused(text)) == (409, True)


async def test_an_empty_plan_a_forged_form_and_nonsense_are_refused(writers):
    author, _ = await writers.author(), await writers.approver()
    assert "nothing was changed" in refused((await author.send("/officer/plan", {"channel": CHANNEL, "once": ONCE}))[1])
    assert (await author.send("/officer/plan/day.json", {"channel": CHANNEL, "day": DAY}, token="0" * 64))[0] == 403
    for nonsense in ({"day": "hôm qua"}, {"edits": [{"session": "sang", "clock": "25:00"}]}, {"edits": [{"session": "sang", "x": 1}]}):
        assert (await day(author, **nonsense))[0] == 409


async def test_a_channel_that_has_released_nothing_says_where_to_begin(station):
    phone = await station.phone(channels=(BESIDE,))
    status, text = await phone.send("/officer/plan/day.json", {"channel": BESIDE, "day": DAY})
    assert (status, "record the first item" in refused(text)) == (409, True)


async def test_a_village_of_its_own_language_and_sessions_is_looked_at_as_it_would_hear(writers):
    village = f"{CHANNEL}.03"
    with_sessions(writers.station, areas=(village,))
    phone = await writers.author()
    assert f'value="{village}"' in (await phone.get(f"/officer/plan?channel={CHANNEL}"))[1]
    assert starts((await day(phone))[1]) == {"chieu": 1020}
    assert starts((await day(phone, place=village))[1]) == {"sang": 360, "chieu": 1020}
