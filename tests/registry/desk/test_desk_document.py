"""What a change keeps is written exactly as it was released, whichever program wrote that."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.manifest import Bundle, items
from bundle.parse import parse
from registry.desk.change import Change, applied
from registry.desk.document import written
from registry.making.draft import canonical
from registry.trust.proposal import compact
from tests.registry.desk.test_desk_change import NAMES, NOW, announcement, notice, released, session


def raw_items(document):
    lists = (value for value in json.loads(document).values() if isinstance(value, list))
    return {each["id"]: each for value in lists for each in value if isinstance(each, dict) and "id" in each}


@pytest.mark.parametrize("writer", [canonical, compact])
@given(fresh=st.sets(st.sampled_from(NAMES)), removed=st.sets(st.sampled_from(NAMES)))
def test_only_what_changed_differs(writer, fresh, removed):
    base = released(
        notices=(notice("tin-a"), notice("tin-x")), announcements=(announcement("tin-b"),), sessions=(session("buoi", "tin-b"),)
    )
    before = writer(base)
    change = Change(notices=tuple(notice(name, "Mới") for name in sorted(fresh - {"tin-b"})), removed=tuple(sorted(removed)))
    bundle = applied(change, base, None, None, NOW)
    document = written(bundle, base, before)
    assert parse(Bundle, document, "bundle.json") == bundle
    old, new = raw_items(before), raw_items(document)
    kept = {item.id for item in items(bundle)} & {item.id for item in items(base) if item in tuple(items(bundle))}
    assert {name for name in old if new.get(name) == old[name]} == kept


def test_the_first_is_written_without_what_stands_at_its_default():
    assert written(released(), None, None) == compact(released())
