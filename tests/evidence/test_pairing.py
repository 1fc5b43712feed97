"""The code on the board covers key, nonce and root: whoever changes one of them changes the code."""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from evidence.pairing import Code, Nonce, code, link, new_nonce

ROOT = "a" * 64
PRINT = "p" * 43
PARTS = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789_-", min_size=16, max_size=64)


@given(PARTS, PARTS, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_code_is_always_six_figures(thumbprint, nonce, root):
    assert TypeAdapter(Code).validate_python(code(thumbprint, nonce, root))


def test_another_key_nonce_or_root_has_another_code():
    nonce = "n" * 16
    codes = {code(PRINT, nonce, ROOT), code("q" + PRINT[1:], nonce, ROOT), code(PRINT, "m" + nonce[1:], ROOT), code(PRINT, nonce, "b" * 64)}
    assert len(codes) == 4


def test_unit_and_registry_agree_on_the_code_for_ever():
    # A unit in the field and a registry of a later release must find the same: this number is a part of the protocol.
    assert code(PRINT, "n" * 16, ROOT) == "920937"


def test_codes_are_spread_over_all_numbers():
    found = [int(code(PRINT, f"{n:016d}", ROOT)) for n in range(2000)]
    assert len(set(found)) > 1990
    assert min(found) < 10_000 < 990_000 < max(found)


def test_every_nonce_is_new_and_short_enough_for_a_small_qr():
    nonces = {new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert all(TypeAdapter(Nonce).validate_python(nonce) and len(nonce) == 16 for nonce in nonces)


def test_the_link_keeps_its_secrets_behind_the_fragment():
    assert link("https://bangtin.example/", "bt-1", PRINT, "n" * 16) == f"https://bangtin.example/e#bt-1.{PRINT}.{'n' * 16}"
