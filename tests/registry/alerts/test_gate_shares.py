"""Confirming helps only where units would take it, and a source's lower alerts never use up what its higher ones need."""

from datetime import timedelta

import pytest

from bundle.alert import RiskLevel
from bundle.errors import Refused
from bundle.trust import Target
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import MORNING, OFFICER, alert, listed, update_of

LEVELS = list(RiskLevel)


async def flood(office, door, level, count, source=None):
    for number in range(count):
        told = alert(f"t{level}-{number}", event=f"việc {level} {number}", level=level, sent=MORNING + timedelta(seconds=number))
        await door.take(source or listed(per_minute=600), told)
    office.clock.turn(seconds=60)
    await door.keeper.tick()


async def test_what_the_policy_forbids_meanwhile_is_not_confirmed_but_signed_by_two(office):
    office.allow_feed()
    door = office.door()
    (pending,) = await door.take(listed(), alert())
    office.allow_feed(level=1)
    with pytest.raises(Refused, match="two persons sign"):
        await door.keeper.confirm(pending.id, OFFICER)
    assert office.released(Target.FEED) == ()
    for key in (KeyName.ALERTS_AUTHOR, KeyName.ALERTS_APPROVER):
        await door.keeper.add_signature(pending.id, *office.signature(await office.row(pending.id), key))
    assert [each.identifier for each in office.released(Target.ALERTS)] == ["lu-01"]


async def test_when_units_take_no_more_of_the_feed_two_persons_sign_and_an_update_is_still_confirmed(office):
    office.allow_feed(at_once=20, per_hour=4)
    door = office.door()
    told = [alert(f"a{n}", event=f"việc {n}") for n in range(5)]
    for number, each in enumerate(told, 1):
        await door.take(listed(), each)
        if number < 5:
            await door.keeper.confirm(number, OFFICER)
    with pytest.raises(Refused, match="units have taken all 4"):
        await door.keeper.confirm(5, OFFICER)
    row = await office.row(5)
    assert (row.state, row.target, row.proposal is not None) == (State.PENDING, Target.ALERTS, True)
    assert "units have taken" in row.why
    (update,) = await door.take(listed(), update_of(told[0], event="việc 0"))
    assert (await door.keeper.confirm(update.id, OFFICER)).is_out


@pytest.mark.parametrize(("sources", "per_hour"), [(1, 5), (1, 10), (2, 10), (3, 10), (6, 10)])
async def test_lower_levels_of_a_source_never_starve_a_higher_one(office, sources, per_hour):
    office.allow_feed(at_once=5, per_hour=per_hour)
    office.sources, door = sources, office.door()
    for level in (1, 3):
        await flood(office, door, level, per_hour + 2)
    (higher,) = await door.take(listed(per_minute=600), alert("to", event="sóng thần", level=5, sent=office.clock.at))
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert (await office.row(higher.id)).is_out


async def test_a_source_that_climbs_from_level_to_level_leaves_a_place_for_every_other(office):
    office.allow_feed(at_once=20, per_hour=10)
    office.sources, door = 3, office.door()
    for level in LEVELS:
        await flood(office, door, level, 12)
    assert len(office.released(Target.FEED)) <= 10 - 2


async def test_a_source_that_used_up_its_share_is_told_what_helps(office):
    office.allow_feed(at_once=20, per_hour=4)
    office.sources, door = 4, office.door()
    await flood(office, door, 5, 2)
    row = await office.row(2)
    assert "used up its share" in row.why
    assert "two persons sign it when units take no more" in row.why
    assert (await door.keeper.confirm(2, OFFICER)).is_out
