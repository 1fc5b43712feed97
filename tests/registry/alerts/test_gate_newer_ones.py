"""Every message waits its whole hold-off: a newer one neither outruns it, nor holds back what was due, nor escapes a Cancel."""

from datetime import timedelta

import pytest

from bundle.alert import MOST_REFERENCES, AlertText, RiskLevel
from bundle.errors import Refused
from bundle.policy import StopList
from bundle.trust import Target
from registry.alerts.pending.door import TooMany
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import COMMUNE, HOLD_OFF, MORNING, OFFICER, alert, cancel_of, listed, refer, update_of


@pytest.fixture
def feed(office):
    office.allow_feed(at_once=4, per_hour=4)
    return office


async def test_an_update_waits_its_whole_hold_off_and_what_it_changes_leaves_in_time(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    feed.clock.turn(seconds=59)
    await door.take(listed(), update_of(first, versions=(AlertText(language="vi", headline="Khác", instruction="Khác hẳn.", where="x"),)))
    feed.clock.turn(seconds=1)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01"]
    feed.clock.turn(seconds=58)
    await door.keeper.tick()
    assert len(feed.released(Target.FEED)) == 1
    feed.clock.turn(seconds=1)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01", "lu-02"]


async def test_an_update_that_says_more_waits_its_own_time_and_what_it_changes_leaves_in_time(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    feed.clock.turn(seconds=50)
    (_bigger,) = await door.take(listed(), update_of(first, level=RiskLevel.PURPLE))
    feed.clock.turn(seconds=10)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01"]
    feed.clock.turn(seconds=50)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01", "lu-02"]


async def test_what_a_confirmed_update_replaces_does_not_leave_after_it(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    (bigger,) = await door.take(listed(), update_of(first, level=RiskLevel.PURPLE))
    await door.keeper.confirm(bigger.id, OFFICER)
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-02"]


@pytest.mark.parametrize("follows", [update_of, lambda _, name, sent: alert(name, sent)])
async def test_a_stream_of_newer_ones_holds_nothing_back_and_each_that_leaves_waited_its_whole_hold_off(feed, follows):
    door, old, came = feed.door(), alert(), {}
    feed.allow_feed(at_once=20, per_hour=60)
    for number in range(30):
        if number:
            old = follows(old, f"lu-{number:03}", sent=MORNING + timedelta(seconds=number))
        await door.take(listed(per_minute=600), old)
        came[old.identifier] = feed.clock.at
        feed.clock.turn(seconds=10)
        await door.keeper.tick()
    async with feed.storage.reading() as connection:
        out = sorted((each for each in await feed.every(connection) if each.is_out), key=lambda each: each.out_at)
        waiting = [each for each in await feed.every(connection) if each.state is State.PENDING]
    assert [each.out_at - came[each.alert.identifier] for each in out] == [HOLD_OFF] * len(out)
    assert len(out) == 5
    assert out[0].alert.identifier == "lu-01"
    assert len(waiting) == 2
    assert waiting[0].alert.identifier == "lu-029"


async def test_what_was_superseded_in_the_same_round_leaves_no_more(feed):
    door = feed.door()
    await door.take(listed(), alert("new", MORNING + timedelta(seconds=20)))
    await door.take(listed(), alert("old", MORNING + timedelta(seconds=10)))
    feed.clock.turn(seconds=90)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["new"]
    assert await feed.states() == {"new": State.RELEASED, "old": State.SUPERSEDED}


async def test_what_was_superseded_in_the_same_round_is_not_proposed_anew(feed):
    feed.allow_feed(level=1)
    door, first = feed.door(online=None), alert()
    await door.take(listed(), first)
    (update,) = await door.take(listed(), update_of(first))
    await door.keeper.add_signature(update.id, *feed.signature(await feed.row(update.id), KeyName.ALERTS_AUTHOR))
    with pytest.raises(Refused, match="holds no key"):
        await door.keeper.add_signature(update.id, *feed.signature(await feed.row(update.id), KeyName.ALERTS_APPROVER))
    await feed.door().keeper.tick()
    assert [each.identifier for each in feed.released(Target.ALERTS)] == ["lu-02"]
    assert await feed.states() == {"lu-01": State.SUPERSEDED, "lu-02": State.APPROVED}


async def test_of_a_flood_about_the_same_matter_the_newest_waits_behind_the_first_and_the_rate_holds(feed):
    door, refused = feed.door(), 0
    for number in range(40):
        try:
            await door.take(listed(per_minute=6), alert(f"lu-{number:02}", sent=MORNING + timedelta(seconds=number)))
        except TooMany:
            refused += 1
        feed.clock.turn(seconds=1)
    assert refused >= 29
    assert list((await feed.states()).values()).count(State.PENDING) == 2


async def test_an_officer_who_cancels_what_was_superseded_meanwhile_cancels_the_newer_one(feed):
    door, rows = feed.door(), []
    for number in range(4):
        rows += await door.take(listed(), alert(f"lu-{number:02}", sent=MORNING + timedelta(seconds=number)))
    assert [(await feed.row(each.id)).state for each in rows[1:3]] == [State.SUPERSEDED] * 2
    done = await door.keeper.cancel(rows[1].id, OFFICER, "nhầm")
    assert (done.id, done.state, done.decided_by) == (rows[3].id, State.CANCELLED, OFFICER)
    await door.keeper.cancel(rows[0].id, OFFICER, "nhầm")
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert feed.released(Target.FEED) == ()


async def test_an_officer_who_comes_too_late_for_the_newer_one_is_told_which_to_stop(feed):
    door, rows = feed.door(), []
    for number in range(3):
        rows += await door.take(listed(), alert(f"lu-{number:02}", sent=MORNING + timedelta(seconds=number)))
    await door.keeper.confirm(rows[2].id, OFFICER)
    with pytest.raises(Refused, match=f"the newer one, #{rows[2].id}, has left already"):
        await door.keeper.cancel(rows[1].id, OFFICER, "nhầm")
    assert (await feed.row(rows[0].id)).state is State.SUPERSEDED


@pytest.mark.parametrize("follows", [update_of, lambda _: alert("lu-02", MORNING + timedelta(seconds=5))])
async def test_what_waits_behind_what_an_officer_cancels_leaves_only_when_somebody_confirms_it(feed, follows):
    door, first = feed.door(), alert()
    (pending,) = await door.take(listed(), first)
    (behind,) = await door.take(listed(), follows(first))
    await door.keeper.cancel(pending.id, OFFICER, "nhầm")
    feed.clock.turn(hours=1)
    await door.keeper.tick()
    assert feed.released(Target.FEED) == ()
    assert OFFICER in (await feed.row(behind.id)).why
    await door.keeper.confirm(behind.id, OFFICER)
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-02"]


async def test_an_update_that_waits_while_an_officer_stops_what_it_changes_leaves_only_when_somebody_confirms_it(feed):
    door, first = feed.door(), alert()
    (pending,) = await door.take(listed(), first)
    await door.keeper.confirm(pending.id, OFFICER)
    (behind,) = await door.take(listed(), update_of(first))
    feed.publisher.release_stop(COMMUNE, StopList(format=1, channel=COMMUNE, cancelled=refer(first)), at=feed.clock.at)
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in feed.released(Target.FEED)] == ["lu-01"]
    assert "an officer" in (await feed.row(behind.id)).why


async def test_the_cancel_of_an_update_that_has_not_left_ends_what_that_was_to_change(feed):
    door, first = feed.door(), alert()
    second, third = update_of(first), update_of(first, "lu-03", sent=MORNING + timedelta(seconds=25))
    await door.take(listed(), first)
    feed.clock.turn(seconds=10)
    await door.take(listed(), second)
    feed.clock.turn(seconds=50)
    await door.keeper.tick()
    await door.take(listed(), third.model_copy(update={"references": refer(second)}))
    (gone,) = await door.take(listed(), cancel_of(third))
    assert gone.is_out
    assert refer(first)[0] in feed.released(Target.FEED)[-1].references
    assert set((await feed.states()).values()) == {State.RELEASED, State.CANCELLED}


async def test_a_cancel_that_names_as_much_as_it_may_ends_what_left_all_the_same(feed):
    door, first = feed.door(), alert()
    await door.take(listed(), first)
    feed.clock.turn(seconds=60)
    await door.keeper.tick()
    changed = update_of(first, sent=MORNING + timedelta(seconds=25))
    await door.take(listed(), changed)
    strangers = [first.model_copy(update={"identifier": f"la-{n}"}) for n in range(MOST_REFERENCES - 1)]
    (gone,) = await door.take(listed(), cancel_of(*strangers, changed))
    assert gone.is_out
    names = feed.released(Target.FEED)[-1].references
    assert refer(first)[0] in names
    assert len(names) == MOST_REFERENCES
