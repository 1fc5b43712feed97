"""Sealing for the registry alone: what a courier carries may hold citizens' words, and a stick may be lost. Compact JWE. Pure."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

from bundle.errors import Refused, refuse
from evidence.signing import MAX_SIGNED

CURVE = "X25519"
MAX_SEALED = 4 * MAX_SIGNED

_HEADER = {"alg": "ECDH-ES", "enc": "A256GCM"}
_RULES = jwe.JWERegistry(algorithms=list(_HEADER.values()))
_RULES.max_ciphertext_length = MAX_SEALED


def new_sealing_key() -> bytes:
    """A fresh X25519 private key as PKCS#8 PEM; whoever opens letters keeps it (0600)."""
    return X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def sealing_jwk(key_pem: bytes) -> dict[str, Any]:
    """The public half, with which everybody may seal; ``Refused`` when *key_pem* is no X25519 key."""
    public: dict[str, Any] = dict(_key(key_pem).as_dict(private=False))
    return {name: public[name] for name in ("kty", "crv", "x")}


def seal(payload: bytes, jwk: dict[str, Any]) -> str:
    """*payload* for the owner of *jwk* alone."""
    return jwe.encrypt_compact(dict(_HEADER), payload, _key(jwk), registry=_RULES)


def unseal(token: str, key_pem: bytes) -> bytes:
    """What was sealed for us; ``Refused`` for everything else, also for what would unpack to more than it weighs."""
    key = _key(key_pem)
    try:
        # Only a header exactly like ours: one that may say more may ask for decompression.
        head = json.loads(urlsafe_b64decode(token.split(".", 1)[0].encode()))
        if {name: head.get(name) for name in _HEADER} != _HEADER or set(head) != {*_HEADER, "epk"}:
            raise ValueError("header")
        return bytes(jwe.decrypt_compact(token, key, registry=_RULES).plaintext or b"")
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise refuse(
            "niêm phong / seal",
            f"không mở được bằng khóa của sổ này / not sealed for this registry ({type(problem).__name__})",
            "mang tới đúng sổ trung tâm / take it to the registry it is for",
        ) from None


def _key(source: bytes | dict[str, Any]) -> OKPKey:
    try:
        key = OKPKey.import_key(source)
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise _bad(type(problem).__name__) from None
    if key.curve_name != CURVE:
        raise _bad(key.curve_name)
    return key


def _bad(detail: str) -> Refused:
    return refuse("khóa / key", f"không phải khóa X25519 / not an X25519 key ({detail})", "tạo khóa mới / make a new key")
