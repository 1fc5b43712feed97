"""What the officers' pages say of ends."""

from datetime import timedelta

import pytest

from registry.web.officer.words import until
from tests.registry.web.officer.station import NIGHT


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (3, "đến 04:00"),
        (22, "đến 23:00"),
        (23, "đến 00:00 mai"),
        (46, "đến 23:00 mai"),
        (47, "đến 00:00 ngày 06/05"),
        (-2, "đến 23:00 ngày 03/05"),
    ],
)
def test_an_end_names_its_day_unless_it_is_today(hours, said):
    now = NIGHT - timedelta(hours=1)
    assert until(now + timedelta(hours=hours), now) == said
