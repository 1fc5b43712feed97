"""A key that an officer hands in: whoever sent it can sign with it, and nobody else can."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bundle.errors import Refused
from registry.web.officer.keys import proven

FORGED = b"\x01" + bytes(63)
P = 2**255 - 19
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
OTHER_8 = ((P - int.from_bytes(ORDER_8, "little")) % P).to_bytes(32, "little")
SMALL = [(1).to_bytes(32, "little"), (0).to_bytes(32, "little"), (P - 1).to_bytes(32, "little"), ORDER_8, OTHER_8]
"""y of the points of small order on edwards25519, as keys are written."""


def signed_for(public, token):
    return f"bangtin officer key 1 {token} {public}".encode()


def verifies(public, token):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(FORGED, signed_for(public, token))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("point", [each[:31] + bytes([each[31] | sign]) for each in SMALL for sign in (0, 128)], ids=bytes.hex)
def test_a_point_for_which_anybody_can_sign_is_no_key(point):
    public = point.hex()
    tokens = [str(n) for n in range(400)]
    lucky = next((token for token in tokens if verifies(public, token)), tokens[0])
    with pytest.raises(Refused):
        proven(public, lucky, FORGED.hex())


def test_the_points_of_the_test_are_such_points():
    assert all(any(verifies(point.hex(), str(n)) for n in range(400)) for point in SMALL)


def test_a_key_that_signs_is_taken():
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    assert proven(public, "t", key.sign(signed_for(public, "t")).hex()) == public
