"""A grant is read whole or refused; it never travels in the clear by accident, and is never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from provisioning.grant import read_grant

GOOD = "https://so.tinh-mau.vn#abcdefghijklmnop_-12." + "0a" * 16


def test_a_grant_has_three_parts():
    grant = read_grant(f"  {GOOD}\n")
    assert (grant.url, grant.secret, grant.fingerprint) == ("https://so.tinh-mau.vn", "abcdefghijklmnop_-12", "0a" * 16)


def test_the_secret_is_not_shown():
    assert "abcdefghijklmnop" not in repr(read_grant(GOOD))


@given(st.text(max_size=80) | st.integers(0, len(GOOD) - 1).map(lambda cut: GOOD[:cut]))
def test_anything_else_is_refused(text):
    with pytest.raises(Refused, match="copy the whole string"):
        read_grant(text)


@pytest.mark.parametrize("host", ["so.tinh-mau.vn", "10.0.2.2:8080", "192.168.1.5", "127.0.0.1.example.vn"])
def test_plain_http_over_a_network_must_be_asked_for(host):
    text = GOOD.replace("https://so.tinh-mau.vn", f"http://{host}")
    with pytest.raises(Refused, match="plain http"):
        read_grant(text)
    assert read_grant(text, plain_http=True).url == f"http://{host}"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:80"])
def test_this_machine_may_be_asked_in_the_clear(host):
    assert read_grant(GOOD.replace("https://so.tinh-mau.vn", f"http://{host}")).url == f"http://{host}"
