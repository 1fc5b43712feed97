"""The order of versions is Debian's own, judged by dpkg."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.versions import later

VERSION = st.from_regex(r"([0-2]:)?[0-9][01a+~.]{0,4}(-[01a+~.]{1,4})?", fullmatch=True)


def dpkg_says_later(one: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", one, "gt", other], check=False).returncode == 0


@settings(max_examples=150)
@given(VERSION, VERSION)
def test_it_is_dpkgs_order(one: str, other: str) -> None:
    assert later(one, other) == dpkg_says_later(one, other)
    assert later(other, one) == dpkg_says_later(other, one)
    assert not later(one, one)


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
    assert dpkg_says_later(later_one, earlier)
