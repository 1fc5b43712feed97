"""Packed reports come back whole, and a bomb is stopped at its cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from evidence.packing import deflated, inflated


@given(st.binary(max_size=3000))
def test_what_was_packed_comes_back(tail):
    document = b"{" + tail
    assert inflated(deflated(document), "report", 4000) == document
    assert inflated(document, "report", 4000) == document


def test_a_bomb_stops_at_its_cap():
    with pytest.raises(Refused, match="more than 1000"):
        inflated(deflated(b"{" + b"0" * 5_000_000), "report", 1000)


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-1], lambda raw: raw + b"x", lambda raw: raw[:1] + b"\xff" + raw[1:], lambda raw: raw[:1]]
)
def test_damaged_packing_is_refused(spoil):
    with pytest.raises(Refused):
        inflated(spoil(deflated(b'{"format":1,"unit":"loa-01"}')), "report", 1000)


def test_what_is_not_packed_is_left_to_the_parser():
    assert inflated(b"[]", "report", 1000) == b"[]"
    assert inflated(b"", "report", 1000) == b""


def test_a_report_packed_by_the_first_release_opens_in_every_later_one():
    """Reports lie on sticks and in outboxes for months."""
    packed = bytes.fromhex("01c31561068688e04c822429835a00")
    assert inflated(packed, "report", 100) == b'{"format":1,"unit":"loa-01","boot":"b","n":0}'


def test_a_report_with_health_is_packed_in_a_way_that_older_software_refuses_whole():
    """To it such a report is no report, and no half of one: it knows neither the byte nor the fields."""
    document = b'{"format":1,"unit":"loa-01","boot":"b","n":0,"health":{"boot":"power","celsius":48}}'
    packed = deflated(document, with_health=True)
    assert packed.startswith(b"\x02")
    assert len(packed) < len(deflated(document))
    assert inflated(packed, "report", 100) == document


def test_a_report_packed_with_the_second_dictionary_opens_in_every_later_release():
    packed = bytes.fromhex("02c35545191822dc9304096c03e4da1b5e259b58d4d60200")
    assert inflated(packed, "report", 100) == b'{"format":1,"unit":"loa-01","boot":"b","n":0,"health":{"celsius":48}}'
