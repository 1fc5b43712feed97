"""What a hint carries: it comes out as it went in, and whatever else is in such a text is refused without harm."""

import base64
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.trust.carried import _WORDS, MAX_FILES, MAX_TEXT, MOST, as_text, from_text
from bundle.trust.changed import files_since

CHANNEL = "vn.20.06001"
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


@given(st.dictionaries(names, st.binary(max_size=2000), min_size=1, max_size=MOST))
def test_it_comes_out_as_it_went_in_and_in_one_line_of_json(files: dict[str, bytes]) -> None:
    text = as_text(files)
    assert text is not None
    assert json.dumps(text) == f'"{text}"', "nothing of it is escaped"
    assert from_text(text) == files


@given(st.text(max_size=500))
def test_any_other_text_is_none(text: str) -> None:
    assert from_text(text) is None


@given(st.binary(max_size=300))
def test_what_is_packed_in_some_other_way_is_none_or_files(raw: bytes) -> None:
    found = from_text(_packed(raw))
    assert found is None or (len(found) <= MOST and sum(map(len, found.values())) <= len(raw))


def test_too_much_is_not_carried() -> None:
    assert as_text({}) is None
    assert as_text({str(n): b"" for n in range(MOST + 1)}) is None
    assert as_text({"a": bytes(MAX_FILES + 1)}) is None
    noise = b"".join(zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4) for n in range(12_000))
    assert as_text({"a": noise}) is None, "it does not fit a line"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = _packed(bytes(40_000_000))
    assert len(bomb) <= MAX_TEXT
    tracemalloc.start()
    assert from_text(bomb) is None
    assert tracemalloc.get_traced_memory()[1] < 8 * MAX_FILES
    tracemalloc.stop()


def test_a_text_that_is_cut_off_or_followed_by_more_is_none() -> None:
    text = as_text({"a": b"b" * 100})
    assert text is not None
    assert from_text(text[:-5]) is None
    assert from_text(text + text) is None


@pytest.mark.parametrize("timestamp", [b"", b"{}", b"[]", b'{"signed": 7}', b'{"signed": {"meta": {"snapshot.json": {"version": 1}}}}'])
def test_a_tree_that_is_not_whole_is_an_error_of_few_kinds(timestamp: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        files_since(lambda path: None, CHANNEL, {}, timestamp)


def _packed(raw: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zdict=_WORDS)
    return base64.b85encode(packer.compress(raw) + packer.flush()).decode()
