"""Orders stand for their hours and no longer: by the clock, and without one by their age."""

import pytest

from director.decision import Sign
from director.happened import Happened
from director.orders import given, muted, service, unseen_orders, volume
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import ClockState
from tests.director import village as v

UNKNOWN = ClockState.UNKNOWN


def standing(world, when, happened=None, **clock):
    """Whether it is muted, and the volume, at one hour."""
    moment = v.moment(when, **clock)
    orders = given(world, moment, happened or Happened())
    return muted(orders, moment.wall) is not None, volume(orders, moment.wall)


def test_an_order_holds_from_its_since_to_its_expires():
    world = v.programme(v.cell(orders=[v.mute("06:00", "08:00")]))
    assert [standing(world, when)[0] for when in ("05:59:59", "06:00", "07:59:59", "08:00")] == [False, True, True, False]


def test_of_several_volumes_the_strictest_counts_whoever_gave_it():
    province = v.cell(v.PROVINCE, orders=[v.volume(-3.0, "05:00", "09:00")])
    commune = v.cell(orders=[v.volume(-12.0, "06:00", "07:00"), v.volume(0.0, "05:00", "09:00", id="other")])
    world = v.programme(province, commune)
    assert [standing(world, when)[1] for when in ("04:00", "05:30", "06:30", "07:30")] == [0.0, -3.0, -12.0, -3.0]


@pytest.mark.parametrize("whom", [{"areas": ("vn.20.06001.ban-khac",)}, {"units": ("loa-9",)}])
def test_an_order_for_others_is_none_here(whom):
    world = v.programme(v.cell(orders=[v.mute(**whom), v.volume(-9.0, **whom)]))
    assert standing(world, "07:00") == (False, 0.0)
    assert unseen_orders(world, Happened()) == ()


def test_an_order_no_longer_listed_is_revoked():
    assert standing(v.programme(v.cell(orders=[])), "07:00") == (False, 0.0)


def test_an_order_that_the_unit_holds_for_the_first_time_is_told_once():
    order = v.mute()
    world = v.programme(v.cell(orders=[order]))
    decision = direct_sound(world, v.moment("05:00"), Happened())
    assert decision.unseen_orders == ((f"{v.COMMUNE}/mute@2026-03-09T23:00:00+00:00", v.COMMUNE),)
    assert direct_sound(world, v.moment("05:00"), v.after(v.order_seen(order, "05:00"))).unseen_orders == ()


def test_skywarnplus_32_a_mute_ends_by_its_age_when_link_and_clock_are_lost():
    order = v.mute("06:00", "08:00")
    world = v.programme(v.cell(issued=v.at("06:00"), orders=[order]))
    seen = v.after(v.order_seen(order, "06:30"))
    # Seen at a good 06:30, then the clock was lost; whatever the wall says, the age counts.
    for minutes, still in ((0, True), (89, True), (91, False)):
        lost = v.moment("06:30").later(minutes * 60)
        wrong = v.moment("03:00", UNKNOWN, mono=lost.mono)
        orders = given(world, wrong, seen)
        assert (muted(orders, wrong.wall) is not None) is still, minutes


def test_an_order_first_seen_without_a_clock_holds_at_most_its_own_length():
    order = v.mute("06:00", "08:00")
    world = v.programme(v.cell(issued=v.at("06:00"), orders=[order]))
    seen = v.after(v.order_seen(order, "03:00", state=UNKNOWN, mono=100.0))
    assert standing(world, "03:00", seen, state=UNKNOWN, mono=100.0 + 7100)[0]
    assert not standing(world, "03:00", seen, state=UNKNOWN, mono=100.0 + 7300)[0]


def test_a_newer_signed_date_ends_an_order_without_any_clock():
    order = v.mute("06:00", "08:00")
    seen = v.after(v.order_seen(order, "03:00", state=UNKNOWN, mono=100.0))
    world = v.programme(v.cell(issued=v.at("08:00"), orders=[order]))
    assert not standing(world, "03:00", seen, state=UNKNOWN, mono=110.0)[0]


def test_the_board_says_that_the_loudspeaker_is_muted_and_for_how_long_that_holds():
    world = v.programme(v.cell(content=v.bundle(notices=[v.notice("tin")]), orders=[v.mute("06:00", "08:00")]))
    before, during = (direct_screen(world, v.moment(when), Happened()) for when in ("05:59", "07:00"))
    assert (before.signs, before.until) == ((), v.at("06:00"))
    assert (during.signs, during.until) == ((Sign.MUTED,), v.at("08:00"))
    alert = v.programme(v.cell(alerts=[v.alert("lu", "06:50")], orders=[v.mute("06:00", "08:00")]))
    assert direct_screen(alert, v.moment("07:00"), Happened()).signs == (), "an emergency sounds"


def asked_for(world, when, happened=None, **clock):
    moment = v.moment(when, **clock)
    found = service(given(world, moment, happened or Happened()), moment.wall)
    return found.order.id if found else None


def test_the_service_page_is_asked_for_while_its_order_stands_and_by_no_other():
    world = v.programme(v.cell(orders=[v.mute("05:00", "09:00"), v.service("06:00", "07:00")]))
    assert [asked_for(world, when) for when in ("05:59", "06:00", "06:59", "07:00")] == [None, "service", "service", None]
    others = v.programme(v.cell(orders=[v.service(units=("loa-9",))]))
    assert asked_for(others, "06:30") is None


def test_of_two_orders_for_the_page_the_newer_counts_and_silences_nothing():
    world = v.programme(v.cell(orders=[v.service("06:00", "09:00", id="old"), v.service("06:30", "09:00", id="new")]))
    assert [asked_for(world, when) for when in ("06:10", "06:40")] == ["old", "new"]
    assert standing(world, "06:40") == (False, 0.0)
