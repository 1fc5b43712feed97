"""What proves a PIN without telling it: an scrypt digest under a salt of its own. Pure but for the time that it takes."""

import hmac

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from evidence.card import PinDigest


def digest(pin: str, salt: bytes) -> bytes:
    """scrypt (RFC 7914; n 2^14, r 8, p 1, 32 bytes): some 50 ms on a Pi for each try."""
    return Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(pin.encode())


def pin_digest(pin: str, salt: bytes) -> PinDigest:
    """What a card says of *pin*; *salt* has 16 random bytes."""
    return PinDigest(salt=salt.hex(), digest=digest(pin, salt).hex())


def proves(pin: str, known: PinDigest) -> bool:
    """Whether *pin*, typed in groups or not, is the *known* one."""
    return hmac.compare_digest(digest("".join(pin.split()), bytes.fromhex(known.salt)).hex(), known.digest)
