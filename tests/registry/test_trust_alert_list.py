"""A list of alerts that is full: those that ended first give way, what is in force never does."""

from datetime import timedelta

import pytest

from bundle.alert import MOST_ALERTS, AlertSet, MessageType
from bundle.errors import Refused
from registry.trust.urgent import with_alerts
from tests.registry.alerts.conftest import COMMUNE, MORNING, alert, refer


def full(expires):
    return AlertSet(
        format=1, channel=COMMUNE, alerts=tuple(alert(f"tin-{n}", expires=expires + timedelta(minutes=n)) for n in range(MOST_ALERTS))
    )


def test_those_that_ended_first_give_way():
    now = MORNING + timedelta(days=1)
    new = alert("moi", now)
    names = [each.identifier for each in with_alerts(full(MORNING + timedelta(hours=1)), COMMUNE, [new], now).alerts]
    assert len(names) == MOST_ALERTS
    assert "tin-0" not in names
    assert names[-1] == "moi"


def test_what_is_in_force_never_gives_way():
    with pytest.raises(Refused, match="in force"):
        with_alerts(full(MORNING + timedelta(days=2)), COMMUNE, [alert("moi")], MORNING + timedelta(hours=1))


def test_the_same_again_takes_no_more_room():
    present = full(MORNING + timedelta(days=2))
    assert with_alerts(present, COMMUNE, [present.alerts[0]], MORNING) == present


def test_a_cancel_stays_for_as_long_as_what_it_ends_would_stand_without_it():
    long = alert("lu", expires=MORNING + timedelta(days=40))
    ends = alert("het", MORNING + timedelta(hours=1), message_type=MessageType.CANCEL, references=refer(long), versions=())
    others = tuple(alert(f"tin-{n}", expires=MORNING + timedelta(days=3)) for n in range(MOST_ALERTS - 2))
    present = AlertSet(format=1, channel=COMMUNE, alerts=(long, ends, *others))
    now = MORNING + timedelta(days=4)
    listed = {each.identifier for each in with_alerts(present, COMMUNE, [alert("moi", now)], now).alerts}
    assert {"lu", "het", "moi"} <= listed
    assert "het" in {each.identifier for each in with_alerts(present, COMMUNE, (), MORNING + timedelta(days=60)).alerts}


def test_an_update_that_ends_first_still_keeps_down_what_it_replaced():
    first = alert("lu", expires=MORNING + timedelta(days=40))
    update = alert("lu-2", MORNING + timedelta(hours=1), message_type=MessageType.UPDATE, references=refer(first))
    present = AlertSet(format=1, channel=COMMUNE, alerts=(first, update.model_copy(update={"expires": MORNING + timedelta(hours=3)})))
    assert with_alerts(present, COMMUNE, (), MORNING + timedelta(days=50)) == present
    assert with_alerts(present, COMMUNE, (), MORNING + timedelta(days=71)).alerts == ()


def test_a_storm_of_updates_gives_way_oldest_first_once_they_ended():
    chain = [alert("lu-0", expires=MORNING + timedelta(hours=6))]
    for n in range(1, MOST_ALERTS):
        sent = MORNING + timedelta(minutes=n)
        chain.append(
            alert(
                f"lu-{n}",
                sent,
                message_type=MessageType.UPDATE,
                references=refer(chain[-1]),
                expires=sent + timedelta(hours=6),
            )
        )
    now = MORNING + timedelta(hours=6, minutes=30)
    new = alert("moi", now)
    listed = [each.identifier for each in with_alerts(AlertSet(format=1, channel=COMMUNE, alerts=tuple(chain)), COMMUNE, [new], now).alerts]
    assert "lu-0" not in listed
    assert {"lu-1", f"lu-{MOST_ALERTS - 1}", "moi"} <= set(listed)
