"""Areas are dotted codes, and cover what lies below them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.area import ancestors, covers

CODES = st.lists(st.sampled_from(["vn", "20", "2", "06001", "ban-mau"]), min_size=1, max_size=5).map(".".join)


@pytest.mark.parametrize(
    ("area", "place", "answer"),
    [
        ("vn.20", "vn.20.06001", True),
        ("vn.20", "vn.20", True),
        ("vn.2", "vn.20", False),
        ("vn.20.06001", "vn.20", False),
        ("20", "vn.20", False),
    ],
)
def test_an_area_covers_whole_segments_only(area, place, answer):
    assert covers(area, place) is answer


@given(CODES)
def test_what_covers_a_place_are_its_ancestors_widest_first(place):
    chain = ancestors(place)
    assert chain[-1] == place
    assert all(covers(area, place) for area in chain)
    assert list(chain) == sorted(chain, key=len)
