"""What a channel's page says of its keys: who sits where, which versions are out, and what runs out when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.trust import Role
from registry.trust.delegations import Duty
from registry.trust.overview import Ahead, Freshness, Signed, Validity, overview
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import START, Publisher

AHEAD = Ahead()


@pytest.fixture
def publisher(tmp_path):
    made = Publisher(tmp_path, [CHANNEL])
    made.release_alerts(CHANNEL, flood_alert(made.now))
    return made


def test_every_role_has_its_seats_and_the_version_that_is_out(publisher):
    view = overview(publisher.tree, CHANNEL)
    roles = {each.role: each for each in view.roles}
    assert list(roles) == list(Role), "in the order in which units ask them"
    alerts = roles[Role.ALERTS]
    assert {seat.duty for seat in alerts.seats} == {Duty.AUTHOR, Duty.APPROVER}
    assert all(seat.key is not None for seat in alerts.seats)
    assert (alerts.persons, alerts.released.version) == (2, 1)
    assert (roles[Role.STOP].persons, roles[Role.STOP].released) == (1, None)


def test_what_runs_out_first_stands_first(publisher):
    view = overview(publisher.tree, CHANNEL)
    assert [each.what for each in view.validities][:2] == [Signed.TIMESTAMP, Signed.SNAPSHOT]
    assert {each.what for each in view.validities} == {*Signed, Role.ALERTS}
    ends = view.validities[0].until
    told = [view.freshness(ends - off, AHEAD) for off in (timedelta(days=3), timedelta(days=1), timedelta())]
    assert told == [Freshness.GOOD, Freshness.SOON, Freshness.RUN_OUT]


def test_a_tree_without_the_channel_or_with_a_damaged_file_is_refused(publisher):
    with pytest.raises(Refused):
        overview(publisher.tree, "vn.99")
    path = publisher.tree.metadata(CHANNEL, "alerts", 1)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(Refused, match="damaged"):
        overview(publisher.tree, CHANNEL)


@given(st.sampled_from([*Signed, *Role]), st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_nothing_is_good_that_has_run_out(what, left):
    told = Validity(what, 1, START + left).freshness(START, AHEAD)
    assert (told is Freshness.RUN_OUT) is (left <= timedelta())
    assert (told is Freshness.GOOD) is (left > AHEAD.of(what))
