"""A source's alert leaves by itself when its hold-off is over, once, unless one person stopped it or it came to be too late."""

import asyncio
import fcntl
import os
from datetime import timedelta

import pytest

from bundle.errors import Refused
from bundle.items import Provenance
from bundle.trust import Target
from registry.alerts.pending.door import Door
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import AUTHORITY, COMMUNE, MORNING, OFFICER, alert, listed


@pytest.fixture
def open_feed(office):
    office.allow_feed()
    return office


async def test_it_leaves_when_the_hold_off_is_over_and_says_that_nobody_approved_it(open_feed):
    office, door = open_feed, open_feed.door()
    (pending,) = await door.take(listed(), alert())
    office.clock.turn(seconds=59)
    await door.keeper.tick()
    assert office.released(Target.FEED) == ()
    office.clock.turn(seconds=1)
    await door.keeper.tick()
    (out,) = office.released(Target.FEED)
    assert (out.provenance.author, out.provenance.exception) == (AUTHORITY, "tự động sau 60 giây / automatic after 60 s")
    assert (await office.row(pending.id)).state is State.RELEASED
    assert office.looks == 1


async def test_an_officer_who_confirms_it_is_its_approver_and_it_leaves_at_once(open_feed):
    door = open_feed.door()
    (pending,) = await door.take(listed(), alert())
    confirmed = await door.keeper.confirm(pending.id, OFFICER)
    assert (confirmed.state, confirmed.version) == (State.CONFIRMED, 1)
    (out,) = open_feed.released(Target.FEED)
    assert (out.provenance.approver, out.provenance.exception) == (OFFICER, None)


async def test_its_author_does_not_confirm_it(open_feed):
    door = open_feed.door()
    (pending,) = await door.take(listed(), alert(provenance=Provenance(author=OFFICER, approver="Trần Văn Mưa", issuing_body=AUTHORITY)))
    with pytest.raises(Refused, match="author cannot confirm"):
        await door.keeper.confirm(pending.id, OFFICER)
    assert open_feed.released(Target.FEED) == ()


async def test_one_officer_stops_it_and_then_it_never_leaves(open_feed):
    door = open_feed.door()
    (pending,) = await door.take(listed(), alert())
    await door.keeper.cancel(pending.id, OFFICER, "thử nhầm")
    open_feed.clock.turn(seconds=600)
    await door.keeper.tick()
    assert open_feed.released(Target.FEED) == ()
    row = await open_feed.row(pending.id)
    assert (row.state, row.decided_by, row.reason) == (State.CANCELLED, OFFICER, "thử nhầm")


async def test_what_has_left_cannot_be_cancelled_but_stopped(open_feed):
    door = open_feed.door()
    (pending,) = await door.take(listed(), alert())
    await door.keeper.confirm(pending.id, OFFICER)
    with pytest.raises(Refused, match="has left already"):
        await door.keeper.cancel(pending.id, OFFICER, "nhầm")


async def test_a_restart_in_the_middle_loses_nothing_and_shortens_nothing(open_feed):
    office = open_feed
    await office.door().take(listed(), alert())
    office.clock.turn(seconds=30)
    again = office.gate()
    await again.tick()
    assert office.released(Target.FEED) == ()
    office.clock.turn(seconds=30)
    await again.tick()
    assert len(office.released(Target.FEED)) == 1


async def test_what_came_due_while_the_registry_was_down_leaves_at_its_start(open_feed):
    office = open_feed
    await office.door().take(listed(), alert())
    office.clock.turn(hours=1)
    await office.gate().tick()
    assert len(office.released(Target.FEED)) == 1


async def test_what_expired_while_the_registry_was_down_never_leaves_and_says_so(open_feed):
    office = open_feed
    (pending,) = await office.door().take(listed(), alert())
    office.clock.turn(hours=3)
    await office.gate().tick()
    assert office.released(Target.FEED) == ()
    assert (await office.row(pending.id)).state is State.EXPIRED


async def test_a_clock_set_forward_lets_nothing_out_early_and_one_set_back_holds_nothing_back(open_feed):
    office, door = open_feed, open_feed.door()
    await door.take(listed(), alert())
    office.clock.at += timedelta(hours=1)
    await door.keeper.tick()
    assert office.released(Target.FEED) == ()
    office.clock.at -= timedelta(hours=2)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert len(office.released(Target.FEED)) == 1


async def test_a_clock_that_jumps_for_a_moment_expires_nothing(open_feed):
    office, door = open_feed, open_feed.door()
    (held,) = await door.take(listed(), alert())
    form = await door.keeper.raise_by_form(COMMUNE, alert("lu-02", event="Sạt lở"), OFFICER)
    office.clock.at += timedelta(hours=4)
    await door.keeper.tick()
    office.clock.at -= timedelta(hours=4)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert (await office.row(held.id)).is_out
    assert (await office.row(form.id)).state is State.PENDING
    office.clock.turn(hours=3)
    await door.keeper.tick()
    assert (await office.row(form.id)).state is State.EXPIRED


async def test_what_expired_by_a_wrong_clock_leaves_when_it_is_sent_again(open_feed):
    office = open_feed
    (held,) = await office.door().take(listed(), alert())
    office.clock.at += timedelta(hours=4)
    door = office.door()
    await door.keeper.tick()
    assert (await office.row(held.id)).state is State.EXPIRED
    office.clock.at -= timedelta(hours=4)
    (again,) = await door.take(listed(), alert())
    assert (again.id, again.state) == (held.id, State.PENDING)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert len(office.released(Target.FEED)) == 1


async def test_the_same_message_again_is_the_same_one(open_feed):
    door = open_feed.door()
    first = await door.take(listed(), alert())
    assert await door.take(listed(), alert()) == first
    open_feed.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.state for each in await door.take(listed(), alert())] == [State.RELEASED]
    await door.keeper.tick()
    assert open_feed.version(Target.FEED) == 1


@pytest.mark.parametrize(
    ("rules", "why"),
    [({"level": 2}, "above the highest level"), ({"areas": ("vn.20.06001.09",)}, "outside the areas"), (None, "lets nothing out")],
)
async def test_what_the_policy_does_not_let_the_feed_carry_waits_for_two_persons_and_says_why_at_once(office, rules, why):
    if rules:
        office.allow_feed(**rules)
    door = office.door()
    unsigned = Provenance(author=AUTHORITY, approver=AUTHORITY, issuing_body=AUTHORITY, exception="chưa ai duyệt")
    (pending,) = await door.take(listed(), alert(provenance=unsigned))
    assert pending.target is Target.ALERTS
    assert why in pending.why
    office.clock.turn(hours=1)
    await door.keeper.tick()
    assert office.released(Target.FEED) == ()
    with pytest.raises(Refused, match="two persons"):
        await door.keeper.confirm(pending.id, OFFICER)
    for key in (KeyName.ALERTS_AUTHOR, KeyName.ALERTS_APPROVER):
        pending = await door.keeper.add_signature(pending.id, *office.signature(await office.row(pending.id), key))
    (out,) = office.released(Target.ALERTS)
    assert (out.identifier, out.provenance.author, out.provenance.approver) == ("lu-01", AUTHORITY, "Trần Văn Mưa")
    assert out.provenance.exception is None


async def test_a_policy_that_forbids_it_meanwhile_keeps_it_from_leaving_by_itself(open_feed):
    office, door = open_feed, open_feed.door()
    (pending,) = await door.take(listed(), alert())
    office.allow_feed(level=1)
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert office.released(Target.FEED) == ()
    row = await office.row(pending.id)
    assert row.target is Target.ALERTS
    assert row.proposal is not None
    assert row.state is State.PENDING


async def test_without_the_feeds_key_it_waits_for_two_persons(open_feed):
    (pending,) = await open_feed.door(feed={}).take(listed(), alert())
    assert pending.target is Target.ALERTS
    assert "no key of the channel" in pending.why


async def test_without_the_online_key_it_stays_and_says_so_and_leaves_when_the_key_is_there(open_feed):
    office = open_feed
    door = office.door(online=None)
    (pending,) = await door.take(listed(), alert())
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    row = await office.row(pending.id)
    assert row.state is State.RELEASED
    assert not row.is_out
    assert "holds no key" in row.why
    await office.gate().tick()
    assert len(office.released(Target.FEED)) == 1
    assert (await office.row(pending.id)).why is None


async def test_a_province_wide_message_leaves_once_under_the_province(office):
    office.allow_feed("vn.20")
    door = office.door()
    taken = await door.take(listed(), alert(areas=("vn.20",)))
    assert [each.channel for each in taken] == ["vn.20"]
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in office.released(Target.FEED, "vn.20")] == ["lu-01"]
    assert office.released(Target.FEED, COMMUNE) == ()


async def test_of_several_the_most_urgent_leaves_first(open_feed):
    office, door = open_feed, open_feed.door()
    for number, level in enumerate((2, 5, 1), 1):
        await door.take(listed(), alert(f"tin-{number}", event=f"việc {number}", level=level, sent=MORNING))
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert [each.identifier for each in office.released(Target.FEED)] == ["tin-2", "tin-1", "tin-3"]


async def test_a_channel_in_which_another_command_publishes_holds_back_no_other(open_feed):
    office = open_feed
    office.allow_feed("vn.20")
    gate = office.gate(every=0.01)
    door = Door(gate)
    (held,) = await door.take(listed(), alert("a"))
    office.clock.turn(seconds=1)
    (free,) = await door.take(listed(), alert("b", areas=("vn.20",)))
    folder = os.open(office.tree.metadata(COMMUNE, "timestamp").parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    office.clock.turn(seconds=59)
    running = asyncio.create_task(gate.run())
    try:
        async with asyncio.timeout(10):
            while (await office.row(held.id)).state is not State.RELEASED:
                pass
            office.clock.turn(seconds=1)
            while not (await office.row(free.id)).is_out:
                pass
        assert office.released(Target.FEED) == ()
    finally:
        os.close(folder)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
