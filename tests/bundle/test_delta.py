"""A delta makes the new document from the old one, and nothing else from anything else."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.trust.delta import SEGMENT, apply_delta, make_delta

LARGE = b"".join(b'{"id":"tin-%d","body":"%d"},' % (n, n * 7919) for n in range(20_000))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_two_documents(old: bytes, new: bytes) -> None:
    assert apply_delta(old, make_delta(old, new), len(new)) == new


@given(st.integers(0, len(LARGE)), st.integers(0, 4000), st.binary(max_size=4000))
def test_a_change_costs_little_more_than_itself_however_large_the_document(at: int, gone: int, put: bytes) -> None:
    old = LARGE[:300_000]
    new = old[:at] + put + old[at + gone :]
    delta = make_delta(old, new)
    assert apply_delta(old, delta, len(new)) == new
    assert len(delta) < 1.1 * len(put) + 8000, "the whole document packs into ten times that"


@given(st.binary(max_size=400), st.integers(0, 100_000))
def test_whatever_comes_as_a_delta_makes_a_document_of_the_signed_length_or_none(delta: bytes, length: int) -> None:
    made = apply_delta(b"old", delta, length)
    assert made is None or len(made) == length


@given(st.data())
def test_a_spoilt_delta_never_breaks_out(data: st.DataObject) -> None:
    old, new = LARGE[:40_000], LARGE[1000:39_000]
    delta = bytearray(make_delta(old, new))
    for _ in range(data.draw(st.integers(1, 4))):
        delta[data.draw(st.integers(0, len(delta) - 1))] ^= data.draw(st.integers(1, 255))
    made = apply_delta(old, bytes(delta), len(new))
    assert made is None or len(made) == len(new)


@pytest.mark.parametrize("length", [100, SEGMENT, 3 * SEGMENT + 1])
def test_a_bomb_stops_at_the_signed_length(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten megabytes of nothing pack into ten kilobytes; no more than the signed length is ever unpacked."""
    bomb = make_delta(b"", bytes(SEGMENT))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(10_000_000)) + packer.flush()
    bomb += bytes(4) + len(packed).to_bytes(4, "big") + packed
    unpacked: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, *args: object, **more: object) -> None:
            self.inner = real(*args, **more)

        def decompress(self, data: bytes, cap: int = 0) -> bytes:
            assert cap, "no cap is no limit"
            found = self.inner.decompress(data, cap)
            unpacked.append(len(found))
            return found

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    apply_delta(b"", bomb, length)
    assert sum(unpacked) <= length
