"""What a source's Cancel does that ends nothing, or what is ended, or what two persons signed: it fills no list, and people are told."""

from datetime import timedelta

import pytest

from bundle.alert import MOST_ALERTS, AlertSet
from bundle.errors import Refused
from bundle.trust import Target
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, VILLAGE, alert, cancel_of, listed, update_of


def another_cancel(identifier, *ended, **more):
    return cancel_of(*ended, **more).model_copy(update={"identifier": identifier})


def names(alerts):
    return [each.identifier for each in alerts]


@pytest.fixture
def feed(office):
    office.allow_feed()
    return office


@pytest.fixture
def full_feed(feed):
    there = (alert(f"tin-{n}", expires=MORNING + timedelta(days=9)) for n in range(MOST_ALERTS))
    feed.publisher.release_feed(COMMUNE, feed.feed_of(*there), at=feed.clock.at)
    return feed


async def on_the_air(office, door, first):
    (pending,) = await door.take(listed(), first)
    return await door.keeper.confirm(pending.id, OFFICER)


async def test_cancels_of_nothing_are_kept_and_leave_room_for_a_real_alert(feed):
    door = feed.door()
    for number in range(MOST_ALERTS + 1):
        feed.clock.turn(seconds=10)
        ghost = another_cancel(f"huy-{number}", alert(f"ma-{number}"), areas=(VILLAGE,), expires=MORNING + timedelta(days=40))
        (kept,) = await door.take(listed(), ghost)
        assert (kept.state, kept.is_out) == (State.CANCELLED, False)
    assert feed.released(Target.FEED) == ()
    assert (await on_the_air(feed, door, alert("that", feed.clock.at))).is_out


async def test_a_cancel_of_nothing_that_two_persons_would_have_to_sign_is_only_kept_as_well(feed):
    feed.allow_feed(areas=(f"{COMMUNE}.09",))
    (kept,) = await feed.door().take(listed(), cancel_of(alert(), areas=(VILLAGE,)))
    assert (kept.state, kept.proposal) == (State.CANCELLED, None)


async def test_a_cancel_that_came_first_ends_the_updates_that_were_sent_before_it_too(feed):
    door, first = feed.door(), alert()
    second = update_of(first)
    third = update_of(second, "lu-03", sent=MORNING + timedelta(seconds=25))
    fourth = update_of(second, "lu-04", sent=MORNING + timedelta(seconds=50))
    await door.take(listed(), cancel_of(first))
    for each in (second, third, fourth):
        await door.take(listed(), each)
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert names(feed.released(Target.FEED)) == ["lu-04"]


async def test_what_has_its_cancel_is_not_cancelled_a_second_time(feed):
    door, first = feed.door(), alert()
    await on_the_air(feed, door, first)
    again = [another_cancel(f"huy-{n}", first, sent=MORNING + timedelta(seconds=30 + n)) for n in range(3)]
    taken = [(await door.take(listed(), each))[0] for each in again]
    assert [each.is_out for each in taken] == [True, False, False]
    # Nor is a Cancel itself something that another one ends.
    of_a_cancel = await door.take(listed(), another_cancel("huy-9", again[0], sent=MORNING + timedelta(seconds=50)))
    assert not any(each.is_out for each in of_a_cancel)
    assert names(feed.released(Target.FEED)) == ["lu-01", "huy-0"]


async def test_a_cancel_ends_what_stands_in_the_feed_also_when_its_row_was_let_go(feed):
    first = alert()
    feed.publisher.release_feed(COMMUNE, feed.feed_of(first), at=feed.clock.at)
    (gone,) = await feed.door().take(listed(), cancel_of(first))
    assert (gone.channel, gone.is_out) == (COMMUNE, True)


async def test_when_the_feed_is_full_two_persons_may_sign_what_came_due(full_feed):
    door = full_feed.door()
    (pending,) = await door.take(listed(), alert("that", event="Lũ lớn"))
    full_feed.clock.turn(seconds=61)
    await door.keeper.tick()
    waits = await full_feed.row(pending.id)
    assert (waits.state, waits.target) == (State.PENDING, Target.ALERTS)
    assert "feed of the channel is full" in waits.why
    for key in (KeyName.ALERTS_AUTHOR, KeyName.ALERTS_APPROVER):
        await door.keeper.add_signature(pending.id, *full_feed.signature(await full_feed.row(pending.id), key))
    assert names(full_feed.released(Target.ALERTS)) == ["that"]


async def test_an_officer_who_confirms_is_told_that_the_feed_is_full_and_the_next_step_waits(full_feed):
    door = full_feed.door()
    (pending,) = await door.take(listed(), alert("that", event="Lũ lớn"))
    with pytest.raises(Refused, match="two persons sign"):
        await door.keeper.confirm(pending.id, OFFICER)
    assert (await full_feed.row(pending.id)).proposal is not None


async def test_a_cancel_that_finds_the_feed_full_waits_for_two_persons(full_feed):
    (first, *_) = full_feed.released(Target.FEED)
    (gone,) = await full_feed.door().take(listed(), cancel_of(first))
    assert (gone.state, gone.target) == (State.PENDING, Target.ALERTS)
    assert "feed of the channel is full" in gone.why


@pytest.fixture
def signed(feed):
    """An alert of the source that a command released from a file: it has no row."""
    first = alert()
    feed.publisher.release_alerts(COMMUNE, AlertSet(format=1, channel=COMMUNE, alerts=(first,)), at=feed.clock.at)
    return first


@pytest.mark.parametrize("areas", [(), (VILLAGE,)], ids=["no place", "a place"])
async def test_a_cancel_of_what_a_file_released_is_for_two_persons_to_sign_once(feed, signed, areas):
    door = feed.door()
    (waits,) = await door.take(listed(), cancel_of(signed, areas=areas))
    assert (waits.channel, waits.state, waits.target) == (COMMUNE, State.PENDING, Target.ALERTS)
    assert "one can stop it now" in waits.why
    (again,) = await door.take(listed(), another_cancel("huy-02", signed, areas=areas))
    assert again.state is State.CANCELLED
    await door.keeper.cancel(waits.id, OFFICER, "nhầm")
    (anew,) = await door.take(listed(), another_cancel("huy-03", signed, areas=areas))
    assert anew.state is State.PENDING
    assert feed.released(Target.FEED) == ()


async def test_an_update_of_what_a_file_released_is_for_two_persons_to_sign(feed, signed):
    (waits,) = await feed.door().take(listed(), update_of(signed))
    assert (waits.channel, waits.target) == (COMMUNE, Target.ALERTS)
    assert "only two can change it" in waits.why
