"""The public half of an officer's key: as delegations name it, and as figures that two people compare aloud. Pure."""

import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import SSlibKey

from bundle.errors import refuse
from registry.trust.keys import Holder

_FIGURES, _GROUP = 20, 4
_PROOF = "bangtin officer key 1"
AGAIN = "mở lại trang rồi làm lại / open the page again and do it again"


def holder_of(person: str, public: str) -> Holder:
    """*person* with the key whose raw public half (RFC 8032) is *public* in hex."""
    return Holder(person, person, SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))))


def figures(public: str) -> str:
    """Twenty figures of the SHA-256 of a public half, in groups of four: over 66 bits, and short enough to be read out."""
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(public)).digest()) % 10**_FIGURES
    text = f"{number:0{_FIGURES}d}"
    return " ".join(text[at : at + _GROUP] for at in range(0, _FIGURES, _GROUP))


def signed_for(holder: Holder, told: str, signature: str) -> bool:
    """Whether *signature* (hex) is that of *holder* under *told*."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(holder.public.keyval["public"])).verify(bytes.fromhex(signature), told.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def proven(public: str, session_token: str, signature: str) -> str:
    """*public*, when whoever sent it can sign with its other half for this very session; else ``Refused``.

    Without that proof an officer could hand in another's public half, and have a seat that stands for a key which is not theirs.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", public) or not re.fullmatch(r"[0-9a-f]{128}", signature):
        raise refuse("key", "không phải khóa Ed25519 / not an Ed25519 key", AGAIN)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), f"{_PROOF} {session_token} {public}".encode())
    except (InvalidSignature, ValueError):
        raise refuse("key", "khóa này không ký được cho chính điện thoại này / this key did not sign for this phone", AGAIN) from None
    return public
