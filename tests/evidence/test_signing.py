"""A signature says who; nothing else in the token may say anything."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey, RSAKey

from bundle.errors import Refused
from evidence.signing import claimed, fingerprint, new_key, public_jwk, sign, thumbprint, verify

KEY = new_key()
JWK = public_jwk(KEY)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@given(st.binary(max_size=2000))
def test_what_was_signed_is_what_is_verified(payload):
    token = sign(payload, KEY)
    assert verify(token, JWK) == payload == claimed(token)


@given(st.data())
def test_one_changed_letter_is_refused(data):
    token = sign(b'{"n":1}', KEY)
    # The last letter of a 64-byte signature carries two bits that mean nothing; every other letter counts.
    at = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from([letter for letter in "ABCxyz019._-" if letter != token[at]]))
    with pytest.raises(Refused):
        verify(token[:at] + other + token[at + 1 :], JWK)


@given(st.text(max_size=300))
def test_noise_is_refused_not_crashed_on(noise):
    for read in (claimed, lambda token: verify(token, JWK)):
        with pytest.raises(Refused):
            read(noise)


def test_another_units_key_is_refused():
    with pytest.raises(Refused, match="not by this unit's key"):
        verify(sign(b"{}", new_key()), JWK)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": "Ed25519", "kid": "1"},
        {"alg": "Ed25519", "b64": False, "crit": ["b64"]},
    ],
)
def test_no_header_can_choose_another_way_of_verifying(header):
    body = f"{b64(json.dumps(header).encode())}.{b64(b'{}')}"
    private = OKPKey.import_key(KEY).private_key
    with pytest.raises(Refused):
        verify(f"{body}.{b64(private.sign(body.encode()))}", JWK)
    with pytest.raises(Refused):
        verify(f"{body}.", JWK)


def test_a_public_key_used_as_a_shared_secret_is_refused():
    secret = OctKey.import_key(base64.urlsafe_b64decode(JWK["x"] + "="))
    with pytest.raises(Refused):
        verify(jws.serialize_compact({"alg": "HS256"}, b"{}", secret), JWK)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "OKP", "crv": "Ed25519", "x": 3},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": JWK["x"]},
        {**JWK, "d": "AAAA"},
        {**JWK, "use": "enc"},
        {"kty": "oct", "k": "AAAA"},
    ],
)
def test_only_a_bare_ed25519_public_key_is_a_units_key(jwk):
    with pytest.raises(Refused, match="not an Ed25519 key"):
        thumbprint(jwk)


def test_a_key_of_another_kind_cannot_sign():
    with pytest.raises(Refused, match="not an Ed25519 key"):
        sign(b"{}", RSAKey.generate_key(2048).as_pem(private=True))
    with pytest.raises(Refused, match="not an Ed25519 key"):
        sign(b"{}", b"torn")


def test_a_public_key_or_another_curve_cannot_sign():
    for pem in (OKPKey.import_key(JWK).as_pem(private=False), OKPKey.generate_key("X25519").as_pem(private=True)):
        with pytest.raises(Refused, match="not an Ed25519 key"):
            sign(b"{}", pem)


def test_the_thumbprint_is_rfc_7638():
    canonical = json.dumps(JWK, sort_keys=True, separators=(",", ":")).encode()
    assert thumbprint(JWK) == b64(hashlib.sha256(canonical).digest())


def test_a_full_report_fits_and_more_is_refused():
    assert len(verify(sign(b"x" * 180_000, KEY), JWK)) == 180_000
    with pytest.raises(Refused):
        verify(sign(b"x" * 300_000, KEY), JWK)


def test_the_roots_fingerprint_is_32_hexadecimal_digits():
    assert fingerprint(b"{}") == hashlib.sha256(b"{}").hexdigest()[:32]
