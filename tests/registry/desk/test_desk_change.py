"""A change leaves everything else of a channel's bundle as it was, and what one person stopped or what has ended does not come back."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.items import Announcement, Notice, Rebroadcast, Session, Spoken, Wording
from bundle.manifest import Bundle, items
from bundle.policy import StopList, Withdrawal
from bundle.schedule import Schedule
from registry.desk.change import GOOD_FOR, Change, Ground, applied
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of
from tests.simulators.publisher import START

NAMES = [f"tin-{letter}" for letter in "abcde"]
NOW = START + timedelta(days=3)
GROUND = Ground(channel=CHANNEL, title="Tin của Xã An Phú", area_name="Xã An Phú", contact="Văn phòng UBND xã")


def notice(name, title="Họp thôn", **more):
    return Notice(id=name, provenance=PROVENANCE, versions=(Wording(language="vi", title=title),), **more)


def announcement(name, title="Họp thôn"):
    spoken = Spoken(language="vi", title=title, clip=clip_of(name.encode()), voice="ghi âm", reviewer="Lường Thị Minh")
    return Announcement(id=name, provenance=PROVENANCE, versions=(spoken,))


def session(name, *order):
    start = datetime.fromisoformat("2027-05-10T06:00:00")
    return Session(id=name, provenance=PROVENANCE, title="Buổi sáng", schedule=Schedule(start=start), order=order, maximum=600.0)


def released(**more):
    return Bundle(
        format=1,
        channel=CHANNEL,
        version=7,
        title="Tin trong tuần",
        area_name="Xã An Phú",
        contact="UBND",
        made=START,
        valid_until=START + timedelta(days=10),
        **more,
    )


def stops(*names, version=7):
    return StopList(format=1, channel=CHANNEL, withdrawn=tuple(Withdrawal(item=name, version=version, reason="sai") for name in names))


kept, put = st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES))


@given(kept, put, st.sets(st.sampled_from(NAMES)))
def test_exactly_what_the_change_names_is_different(before, fresh, removed):
    base = released(notices=tuple(map(notice, sorted(before))))
    change = Change(notices=tuple(notice(name, "Mới") for name in sorted(fresh)), removed=tuple(sorted(removed)))
    after = {item.id: item for item in items(applied(change, base, None, None, NOW))}
    assert set(after) == (before - removed) | fresh
    assert all(after[name].versions[0].title == ("Mới" if name in fresh else "Họp thôn") for name in after)


@given(kept, put)
def test_the_same_change_over_its_own_result_changes_nothing_but_the_number(before, fresh):
    change = Change(notices=tuple(notice(name, "Mới") for name in sorted(fresh)), removed=("tin-a",))
    once = applied(change, released(notices=tuple(map(notice, sorted(before)))), None, None, NOW)
    twice = applied(change, once, None, None, NOW)
    assert (tuple(items(twice)), twice.version) == (tuple(items(once)), once.version + 1)


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.sets(st.sampled_from(NAMES)))
def test_sessions_go_on_without_what_is_gone_and_an_empty_one_leaves(order, removed):
    base = released(announcements=tuple(map(announcement, NAMES)), sessions=(session("buoi-sang", *sorted(order)),))
    after = applied(Change(removed=tuple(sorted(removed))), base, None, None, NOW)
    left = tuple(sorted(order - removed))
    assert [each.order for each in after.sessions] == ([left] if left else [])


def test_a_rebroadcast_and_the_local_bulletin_forget_what_is_gone():
    live = Rebroadcast(id="dai-tinh", provenance=PROVENANCE, title="Đài tỉnh", url="http://a.example/x", duration=60.0, fallback=("tin-a",))
    base = released(announcements=(announcement("tin-a"),), rebroadcasts=(live,), local_bulletin=("tin-a",))
    after = applied(Change(removed=("tin-a",)), base, None, None, NOW)
    assert (after.rebroadcasts[0].fallback, after.local_bulletin) == ((), ())


def test_what_was_withdrawn_stays_away_also_when_a_change_that_knew_nothing_of_it_puts_it():
    base = released(notices=(notice("tin-a"), notice("tin-b")))
    assert [item.id for item in items(applied(Change(), base, stops("tin-a"), None, NOW))] == ["tin-b"]
    again = applied(Change(notices=(notice("tin-a", "Đã sửa"),)), base, stops("tin-a"), None, NOW)
    assert [item.id for item in items(again)] == ["tin-b"]
    earlier = applied(Change(notices=(notice("tin-a", "Đã sửa"),)), base, stops("tin-a", version=6), None, NOW)
    assert [item.id for item in items(earlier)] == ["tin-a", "tin-b"], "a bundle since then may have it anew"


def test_a_withdrawal_of_an_older_bundle_takes_nothing_away():
    base = released(notices=(notice("tin-a"),))
    assert len(applied(Change(), base, stops("tin-a", version=6), None, NOW).notices) == 1


def test_what_ended_leaves_after_a_day():
    ends = (NOW - timedelta(days=2), NOW - timedelta(hours=2))
    base = released(notices=tuple(notice(f"tin-{n}", valid_until=end) for n, end in enumerate(ends)))
    assert [item.id for item in items(applied(Change(), base, None, None, NOW))] == ["tin-1"]


def test_the_next_bundle_stays_new_for_as_long_as_the_one_before():
    after = applied(Change(), released(), None, None, NOW)
    assert (after.version, after.made, after.valid_until) == (8, NOW, NOW + timedelta(days=10))


def test_the_first_bundle_of_a_channel_stands_on_what_the_form_says():
    after = applied(Change(notices=(notice("tin-a"),)), None, None, GROUND, NOW)
    assert (after.version, after.area_name, after.contact, after.valid_until) == (1, "Xã An Phú", GROUND.contact, NOW + GOOD_FOR)
    with pytest.raises(Refused, match="whom villagers may turn to"):
        applied(Change(), None, None, None, NOW)


def test_a_session_of_what_is_not_there_is_refused():
    with pytest.raises(Refused, match="which is not there"):
        applied(Change(sessions=(session("buoi-sang", "khong-co"),)), released(), None, None, NOW)
