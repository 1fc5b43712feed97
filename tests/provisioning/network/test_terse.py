"""nmcli's terse output is read back whatever stands in a name."""

from hypothesis import given
from hypothesis import strategies as st

from provisioning.network.terse import fields, rows

WORD = st.text(st.characters(exclude_characters="\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))


def escaped(word):
    return word.replace("\\", "\\\\").replace(":", "\\:")


@given(st.lists(WORD, min_size=1, max_size=6))
def test_what_was_escaped_is_read_back(words):
    assert fields(":".join(map(escaped, words))) == tuple(words)


@given(st.text())
def test_no_text_breaks_it(text):
    for row in rows(text, 3):
        assert len(row) == 3


def test_as_networkmanager_1_42_printed_it():
    said = "a\\:b\\\\c đ:213b08c4-427e-4ab6-a4cf-7f0e649f8f3b:no\nlo:loopback:unmanaged:\n"
    assert list(rows(said, 3)) == [("a:b\\c đ", "213b08c4-427e-4ab6-a4cf-7f0e649f8f3b", "no")]
