"""From bytes to a model: the cap first, the format next, then every fault with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.manifest import Bundle
from bundle.parse import parse
from tests.director import village as v

GOOD = v.bundle(notices=[v.notice("tin")])


def complaints(raw, **limits):
    with pytest.raises(Refused) as problem:
        parse(Bundle, raw, "bundle.json", **limits)
    return problem.value.complaints


def changed(**fields):
    return json.dumps({**json.loads(GOOD.model_dump_json()), **fields}).encode()


def test_what_was_written_is_read():
    assert parse(Bundle, GOOD.model_dump_json().encode(), "bundle.json") == GOOD


def test_size_is_weighed_before_anything_is_parsed():
    assert "more than the 10 allowed" in complaints(b"[" * 11, cap=10)[0].what


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": 1, "format": 1}', b"9" * 5000], ids=range(6))
def test_what_is_not_json_is_refused(raw):
    found = complaints(raw)
    assert len(found) == 1
    assert found[0].where.startswith("bundle.json")


@pytest.mark.parametrize("number", [2, 0, "1", None, True, 1.0])
def test_an_unknown_format_is_refused_before_its_fields(number):
    found = complaints(changed(format=number, nonsense=1))
    assert [each.where for each in found] == ["bundle.json.format"]
    assert "update" in found[0].do


def test_a_document_is_an_object():
    assert "not a JSON object" in complaints(b"[1]")[0].what


def test_all_faults_come_at_once_with_their_places():
    text = json.loads(GOOD.model_dump_json())
    text["notices"][0]["id"] = "../x"
    text["notices"][0]["versions"][0]["title"] = ""
    del text["contact"]
    wheres = {each.where for each in complaints(json.dumps(text).encode())}
    assert {"bundle.json.notices[0].id", "bundle.json.notices[0].versions[0].title", "bundle.json.contact"} <= wheres


def test_a_flood_of_faults_is_counted_not_listed():
    text = json.loads(GOOD.model_dump_json())
    text["notices"] = [{} for _ in range(40)]
    found = complaints(json.dumps(text).encode())
    assert len(found) == 51
    assert found[-1].what == "and 70 more faults"


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(
        lambda found: json.dumps({"format": 1, "x": found}).encode()
    )
)
def test_anything_is_refused_or_read_never_a_crash(raw):
    with pytest.raises(Refused):
        parse(Bundle, raw, "x")
