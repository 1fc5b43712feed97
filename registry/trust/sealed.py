"""A private key under a passphrase: PKCS#8 with scrypt and AES-256 (PBES2, RFC 7914), which openssl opens as well.

The library's own PKCS#8 encryption stretches a passphrase by 2,048 rounds only: too few for a page that lies in an envelope for years.
"""

import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

# 16 MB and some tenths of a second for each guess; openssl refuses more memory, hence the four lanes.
COST, BLOCK, LANES = 2**14, 8, 4

_SEQUENCE, _INTEGER, _OCTETS, _OID = 0x30, 0x02, 0x04, 0x06
_PBES2 = bytes.fromhex("2a864886f70d01050d")
_SCRYPT = bytes.fromhex("2b06010401da47040b")
_AES256_CBC = bytes.fromhex("60864801650304012a")


def sealed(private: Ed25519PrivateKey, passphrase: str) -> bytes:
    """The key as encrypted PKCS#8, DER."""
    salt, start = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt, 32, COST, BLOCK, LANES).derive(passphrase.encode())
    padder = PKCS7(128).padder()
    plain = padder.update(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())) + padder.finalize()
    encryptor = Cipher(AES256(secret), CBC(start)).encryptor()
    stretch = _der(_SEQUENCE, _der(_OCTETS, salt), *(_der(_INTEGER, _number(value)) for value in (COST, BLOCK, LANES)))
    scheme = _der(
        _SEQUENCE,
        _der(_SEQUENCE, _der(_OID, _SCRYPT), stretch),
        _der(_SEQUENCE, _der(_OID, _AES256_CBC), _der(_OCTETS, start)),
    )
    return _der(
        _SEQUENCE,
        _der(_SEQUENCE, _der(_OID, _PBES2), scheme),
        _der(_OCTETS, encryptor.update(plain) + encryptor.finalize()),
    )


def unsealed(raw: bytes, passphrase: str) -> Ed25519PrivateKey | None:
    """The key in encrypted PKCS#8, DER; ``None`` when this passphrase does not open it. ``ValueError`` when it is no such key."""
    if not raw.startswith(b"\x30") or _PBES2 not in raw[:32]:
        raise ValueError("not an encrypted PKCS#8 key")
    try:
        private = load_der_private_key(raw, passphrase.encode())
    except ValueError:
        # A wrong passphrase leaves a wrong padding or, once in 256, something that is no key at all.
        return None
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return private


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x81" + bytes([len(body)])
    return bytes([tag]) + size + body


def _number(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
