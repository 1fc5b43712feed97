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
_FORGED, _TEXTS = b"\x01" + bytes(63), 128
"""A signature that nobody made (R the neutral point, S = 0, RFC 8032); a point of order 8 lets it pass for every eighth text."""
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
        return _verifies(holder.public.keyval["public"], told.encode(), bytes.fromhex(signature))
    except ValueError:
        return False


def proven(public: str, session_token: str, signature: str) -> str:
    """*public*, when whoever sent it can sign with its other half for this very session; else ``Refused``.

    Without that proof an officer could hand in another's public half, and have a seat that stands for a key which is not theirs. Nor is
    a point of small order taken, for which whoever likes can sign.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", public) or not re.fullmatch(r"[0-9a-f]{128}", signature):
        raise refuse("key", "không phải khóa Ed25519 / not an Ed25519 key", AGAIN)
    if _verifies(public, f"{_PROOF} {session_token} {public}".encode(), bytes.fromhex(signature)) and not _anybodys(public):
        return public
    raise refuse("key", "khóa này không ký được cho chính điện thoại này / this key did not sign for this phone", AGAIN)


def _anybodys(public: str) -> bool:
    return any(_verifies(public, bytes([n]), _FORGED) for n in range(_TEXTS))


def _verifies(public: str, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
