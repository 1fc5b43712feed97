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


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: raw + b"x", lambda raw: b"\xff" + raw, lambda raw: b""])
def test_damaged_packing_is_refused(spoil):
    with pytest.raises(Refused):
        inflated(spoil(deflated(b'{"format":1,"unit":"loa-01"}')), "report", 1000)
