"""A list of alerts that is full: those that ended first give way, what is in force never does."""

from datetime import timedelta

import pytest

from bundle.alert import MOST_ALERTS, AlertSet
from bundle.errors import Refused
from registry.trust.urgent import with_alerts
from tests.registry.alerts.conftest import COMMUNE, MORNING, alert


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
