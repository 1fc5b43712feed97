"""The order of versions is Debian's own, judged by dpkg."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.versions import later

VERSION = st.from_regex(r"([0-2]:)?[0-9][01a+~.]{0,4}(-[01a+~.]{1,4})?", fullmatch=True)

# dpkg judges one pair a time: a shell starts it for many at a fraction of what it costs us.
JUDGE = 'while read -r one other; do dpkg --compare-versions "$one" gt "$other" && echo later || echo not; done'


def dpkg_says_later(*pairs: tuple[str, str]) -> list[bool]:
    asked = "".join(f"{one} {other}\n" for one, other in pairs)
    answers = subprocess.run(["sh", "-c", JUDGE], input=asked, capture_output=True, text=True, check=True).stdout.split()
    assert len(answers) == len(pairs)
    return [answer == "later" for answer in answers]


@settings(max_examples=10)
@given(st.lists(st.tuples(VERSION, VERSION), min_size=15, max_size=15))
def test_it_is_dpkgs_order(pairs: list[tuple[str, str]]) -> None:
    both_ways = pairs + [(other, one) for one, other in pairs]
    assert [later(*pair) for pair in both_ways] == dpkg_says_later(*both_ways)
    assert not any(later(one, one) for one, _ in pairs)


@pytest.mark.parametrize(
    ("later_one", "earlier"),
    [
        ("8:5.1.6-0+deb12u1+rpt1", "8:5.1.6-0+deb12u1"),
        ("3.0.16-1~deb12u1", "3.0.15-1~deb12u2"),
        ("1.0-1", "1.0-1~bpo12+1"),
        ("1:1.0", "9.9"),
        ("1.0-0.1", "1.0"),
        ("1.10", "1.9"),
    ],
)
def test_versions_as_they_are_met(later_one: str, earlier: str) -> None:
    assert later(later_one, earlier)
    assert not later(earlier, later_one)
    assert dpkg_says_later((later_one, earlier)) == [True]
