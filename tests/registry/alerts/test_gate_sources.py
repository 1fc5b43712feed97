"""What a source's later messages do to its earlier ones, what it may not do to others', and how a flood is borne."""

from datetime import timedelta

import pytest

from bundle.alert import RiskLevel, Status
from bundle.errors import Refused
from bundle.policy import StopList
from bundle.trust import Target
from registry.alerts.pending.door import TooMany
from registry.alerts.pending.states import State
from registry.storage.storage import open_storage
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, VILLAGE, Office, alert, cancel_of, listed, refer, update_of
from tests.simulators.publisher import Publisher

OTHER = "cap@thuyloi.example"


def other_source(**changes):
    return listed(id="thuy-loi", senders=[OTHER], **changes)


def theirs(identifier="ho-01", **more):
    return alert(identifier, **more).model_copy(update={"sender": OTHER})


@pytest.fixture
def feed(office):
    office.allow_feed(at_once=4, per_hour=4)
    return office


async def test_a_cancel_before_the_release_stops_the_alert_and_its_updates_and_nothing_leaves(feed):
    door = feed.door()
    first = alert()
    await door.take(listed(), first)
    await door.take(listed(), update_of(first, level=RiskLevel.PURPLE))
    await door.take(listed(), cancel_of(first))
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert feed.released(Target.FEED) == ()
    assert await feed.states() == {"lu-01": State.CANCELLED, "lu-02": State.CANCELLED, "huy-01": State.CANCELLED}


async def test_a_cancel_after_the_release_leaves_at_once_without_a_hold_off(feed):
    door, first = feed.door(), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.confirm(pending.id, OFFICER)
    (gone,) = await door.take(listed(), cancel_of(first))
    assert gone.is_out
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01", "huy-01"]


async def test_a_cancel_of_what_the_feed_released_leaves_by_the_feed_whatever_the_rest_of_its_channel_may_not(office):
    office.allow_feed("vn.20", areas=(COMMUNE,))
    door, first = office.door(feed={"vn.20": office.publisher.keys[KeyName.FEED]}), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.confirm(pending.id, OFFICER)
    (gone,) = await door.take(listed(), cancel_of(first))
    assert (gone.is_out, gone.target) == (True, Target.FEED)
    second = alert("lu-05", event="Lũ lớn")
    (pending,) = await door.take(listed(), second)
    await door.keeper.confirm(pending.id, OFFICER)
    office.allow_feed("vn.20", areas=("vn.20.06001.09",))
    (gone,) = await door.take(listed(), cancel_of(second, areas=(VILLAGE,)).model_copy(update={"identifier": "huy-02"}))
    assert (gone.is_out, gone.target) == (True, Target.FEED)


async def test_a_cancel_needs_no_room(feed):
    door, first = feed.door(), alert("a0")
    for number, each in enumerate((first, *(alert(f"a{n}", event=f"việc {n}") for n in range(1, 4))), 1):
        await door.take(listed(), each)
        await door.keeper.confirm(number, OFFICER)
    (more,) = await door.take(listed(), alert("a4", event="việc 4"))
    (gone,) = await door.take(listed(), cancel_of(first))
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert gone.is_out
    assert not (await feed.row(more.id)).is_out


async def test_a_cancel_that_comes_before_its_alert_is_remembered_and_wins(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), cancel_of(first))
    await door.take(listed(), first)
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert "lu-01" not in [each.identifier for each in feed.released(Target.FEED)]
    assert (await feed.states())["lu-01"] is State.CANCELLED


async def test_an_exercise_cancels_nothing_real(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    await door.take(listed(), cancel_of(first, status=Status.EXERCISE))
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert "lu-01" in [each.identifier for each in feed.released(Target.FEED)]


async def test_a_foreign_cancel_does_nothing_and_stands_there_for_people_to_see(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    foreign = cancel_of(first).model_copy(update={"sender": OTHER})
    with pytest.raises(Refused, match="somebody else's"):
        await door.take(other_source(), foreign)
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01"]
    assert (await feed.states())["huy-01"] is State.REFUSED


async def test_a_foreign_update_and_a_foreign_place_are_refused_with_every_complaint_at_once(feed):
    old = theirs()
    new = update_of(old, areas=("vn.21.00001", VILLAGE, "vn.22"))
    with pytest.raises(Refused) as refused:
        await feed.door().take(listed(), new)
    assert len(refused.value.complaints) == 3
    assert await feed.states() == {"lu-02": State.REFUSED}


async def test_what_two_persons_signed_the_feed_does_not_change_or_end(feed):
    door, first = feed.door(), alert()
    feed.allow_feed(level=1)
    (pending,) = await door.take(listed(), first)
    for key in (KeyName.ALERTS_AUTHOR, KeyName.ALERTS_APPROVER):
        pending = await door.keeper.add_signature(pending.id, *feed.signature(await feed.row(pending.id), key))
    feed.allow_feed()
    (update,) = await door.take(listed(), update_of(first))
    (gone,) = await door.take(listed(), cancel_of(first, sent=first.sent + timedelta(seconds=40)))
    assert update.target is gone.target is Target.ALERTS
    assert "one can stop it now" in gone.why


async def test_a_stolen_token_that_posts_a_thousand_alerts_gets_its_share_and_no_more(feed):
    feed.allow_feed(at_once=8, per_hour=8)
    feed.sources, door, refused = 2, feed.door(), 0
    for number in range(1000):
        try:
            await door.take(listed(per_minute=6), alert(f"gia-{number}", event=f"việc giả {number}"))
        except TooMany:
            refused += 1
    assert refused > 990 - 5
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert len(feed.released(Target.FEED)) == 2
    (real,) = await door.take(other_source(), theirs())
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert (await feed.row(real.id)).is_out
    kept = [each for each in (await feed.states()).items() if each[1] is State.PENDING]
    assert kept
    assert "used up its share" in (await feed.row(3)).why


async def test_a_source_over_its_rate_can_still_say_that_it_is_worse(feed):
    door = feed.door()
    await door.take(listed(per_minute=1), alert("a", event="mưa", level=RiskLevel.LIGHT_YELLOW))
    with pytest.raises(TooMany) as many:
        await door.take(listed(per_minute=1), alert("b", event="gió", level=RiskLevel.LIGHT_YELLOW))
    assert many.value.seconds == 60
    (worse,) = await door.take(listed(per_minute=1), alert("c", event="lũ", level=RiskLevel.RED))
    assert worse.state is State.PENDING


async def test_another_rate_counts_as_soon_as_it_is_listed(feed):
    door = feed.door()
    await door.take(listed(per_minute=1), alert("a", event="mưa"))
    (more,) = await door.take(listed(per_minute=2), alert("b", event="gió"))
    assert more.state is State.PENDING
    with pytest.raises(TooMany, match="more than 1 messages"):
        await door.take(listed(per_minute=1), alert("c", event="lốc"))


async def test_the_share_is_given_back_when_an_alert_has_ended(feed):
    feed.sources, door = 4, feed.door()
    await door.take(listed(), alert("a", event="mưa", expires=MORNING + timedelta(minutes=70)))
    await door.take(listed(), alert("b", event="gió"))
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["a"]
    feed.clock.turn(minutes=75)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["a", "b"]


async def test_what_an_officer_stopped_before_it_left_no_update_starts_again_by_itself(feed):
    door, first = feed.door(), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.cancel(pending.id, OFFICER, "nhầm")
    (update,) = await door.take(listed(), update_of(first))
    assert OFFICER in update.why
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert feed.released(Target.FEED) == ()
    await door.keeper.confirm(update.id, OFFICER)
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-02"]


async def test_what_an_officer_stopped_on_the_air_no_update_starts_again_by_itself(feed):
    door, first = feed.door(), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.confirm(pending.id, OFFICER)
    feed.publisher.release_stop(COMMUNE, StopList(format=1, channel=COMMUNE, cancelled=refer(first)), at=feed.clock.at)
    (update,) = await door.take(listed(), update_of(first))
    assert update.release_at is None
    assert "officer stopped" in update.why


async def test_what_was_turned_away_may_come_again_corrected_under_the_same_identity(feed):
    door = feed.door()
    with pytest.raises(Refused):
        await door.take(listed(areas=[COMMUNE]), alert(areas=("vn.21.00001",)))
    (pending,) = await door.take(listed(areas=[COMMUNE]), alert())
    assert pending.state is State.PENDING
    assert await feed.states() == {"lu-01": State.PENDING}


async def test_what_comes_corrected_lives_no_longer_than_it_says_itself(feed):
    feed.allow_feed(level=1)
    door = feed.door()
    with pytest.raises(Refused):
        await door.take(listed(areas=[COMMUNE]), alert(areas=("vn.21.00001",), expires=MORNING + timedelta(hours=30)))
    (pending,) = await door.take(listed(areas=[COMMUNE]), alert(expires=MORNING + timedelta(minutes=10)))
    feed.clock.turn(minutes=11)
    await door.keeper.tick()
    assert (await feed.row(pending.id)).state is State.EXPIRED


async def test_nobody_can_stand_in_the_way_of_anothers_message_by_sending_it_first(feed):
    door = feed.door()
    with pytest.raises(Refused, match="not of this source"):
        await door.take(listed(), theirs())
    (pending,) = await door.take(other_source(), theirs())
    assert pending.state is State.PENDING


async def test_a_message_for_two_communes_leaves_under_both_and_a_cancel_for_the_province_ends_it_in_both(two_communes):
    office, door = two_communes, two_communes.door()
    first = alert(areas=(f"{COMMUNE}.03", "vn.20.06002"))
    assert [each.channel for each in await door.take(listed(), first)] == [COMMUNE, "vn.20.06002"]
    second = alert("lu-05", event="Lũ lớn", areas=first.areas)
    waits = await door.take(listed(), second)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    late = alert("lu-06", office.clock.at, event="Sạt lở", areas=first.areas)
    held = await door.take(listed(), late)
    gone = await door.take(listed(), cancel_of(first, second, late, sent=office.clock.at, areas=("vn.20",)))
    assert [each.channel for each in gone] == ["vn.20", COMMUNE, "vn.20.06002"]
    assert {(await office.row(each.id)).state for each in held} == {State.CANCELLED}
    assert {(await office.row(each.id)).state for each in waits} == {State.RELEASED}
    for channel in (COMMUNE, "vn.20.06002"):
        assert [each.identifier for each in office.released(Target.FEED, channel)] == ["lu-01", "lu-05", "huy-01"]


async def test_a_warning_for_places_that_are_not_all_here_reaches_those_that_are(two_communes_alone):
    office, door = two_communes_alone, two_communes_alone.door()
    some = await door.take(listed(), alert(areas=(VILLAGE, "vn.20.06009.04")))
    assert [(each.channel, each.alert.areas) for each in some] == [(COMMUNE, (VILLAGE,))]
    everywhere = await door.take(listed(), alert("lu-02", event="Bão", areas=("vn.20",)))
    assert [(each.channel, each.alert.areas) for each in everywhere] == [
        (channel, (COMMUNE, "vn.20.06002")) for channel in (COMMUNE, "vn.20.06002")
    ]
    with pytest.raises(Refused, match="in no channel"):
        await door.take(listed(), alert("lu-03", event="Lốc", areas=("vn.20.06009.04",)))
    assert office.released(Target.FEED, COMMUNE) == ()


@pytest.fixture
async def two_communes_alone(tmp_path):
    channels = (COMMUNE, "vn.20.06002")
    async with await open_storage(tmp_path / "alone" / "data") as storage:
        office = Office(Publisher(tmp_path / "alone", channels), storage)
        for channel in channels:
            office.allow_feed(channel)
        yield office


@pytest.fixture
async def two_communes(tmp_path):
    channels = ("vn.20", COMMUNE, "vn.20.06002")
    async with await open_storage(tmp_path / "other" / "data") as storage:
        office = Office(Publisher(tmp_path / "other", channels), storage)
        for channel in channels:
            office.allow_feed(channel)
        yield office
