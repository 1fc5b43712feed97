"""Where an alert is for: names that are never torn, and a count of those that the line does not hold."""

from datetime import UTC, datetime

import pytest

from registry.alerts.raising import Desk, Endings, Wish, alert_of
from registry.alerts.where import named_in

VILLAGES = [f"Thôn Nà Chang {number}" for number in range(60)]


def test_a_few_places_stand_there_by_name():
    assert named_in(VILLAGES[:3], "vi") == "Thôn Nà Chang 0, Thôn Nà Chang 1, Thôn Nà Chang 2"


@pytest.mark.parametrize(("language", "rest"), [("vi", "và {} nơi nữa"), ("en", "and {} more"), ("hmn", "+{}")])
def test_what_does_not_fit_is_counted_and_no_name_is_torn(language, rest):
    line = named_in(VILLAGES, language)
    kept = line.count("Thôn Nà Chang")
    assert 0 < kept < len(VILLAGES)
    assert line == f"{', '.join(VILLAGES[:kept])} {rest.format(len(VILLAGES) - kept)}"
    assert len(line) <= 300


def test_one_name_more_than_fits_is_the_first_to_be_counted():
    places = ["a" * 149, "b" * 149]
    assert named_in(places, "vi") == ", ".join(places)
    assert named_in([*places, "c"], "vi") == f"{'a' * 149} và 2 nơi nữa"
    assert named_in(["a" * 300, "b"], "vi") == "a" * 300


def test_an_alert_for_sixty_villages_says_how_many_more_it_is_for():
    places = {f"vn.20.06001.{number:02}": name for number, name in enumerate(VILLAGES, 1)}
    desk = Desk(None, places, "Xã An Phú", "Cầm Thị Nương", ["Đinh Văn Thí Dụ"], datetime(2026, 11, 12, tzinfo=UTC), Endings())
    wish = Wish(format=1, once="0" * 16, channel="vn.20.06001", headline="Lũ", text="Lên đồi.", level=3, until="3", areas=tuple(places))
    alert = alert_of(wish, desk)
    assert alert.versions[0].where == named_in(VILLAGES, "vi")
    assert len(alert.areas) == len(VILLAGES)
