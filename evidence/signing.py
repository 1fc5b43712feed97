"""Signing with the unit's own key: compact JWS over Ed25519, one algorithm, one header, nothing to negotiate. Pure."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

from bundle.errors import Refused, refuse

MAX_SIGNED = 256 * 1024
ALGORITHM = "Ed25519"
MOST_KEYS = 16_384
"""How many public keys are kept read: those of a province."""

_HEADER = {"alg": ALGORITHM}
_RULES = jws.JWSRegistry(algorithms=[ALGORITHM])
# The library's own cap (128 kB) is below a full report of 500 journal lines.
_RULES.max_payload_length = MAX_SIGNED


def new_key() -> bytes:
    """A fresh Ed25519 private key as PKCS#8 PEM; whoever calls it keeps it (0600) and never sends it."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_jwk(key_pem: bytes) -> dict[str, Any]:
    """The public half of *key_pem* as a JWK with exactly ``kty``, ``crv`` and ``x``; ``Refused`` when it is no Ed25519 key."""
    public: dict[str, Any] = dict(_private(key_pem).as_dict(private=False))
    return {name: public[name] for name in ("kty", "crv", "x")}


def thumbprint(jwk: dict[str, Any]) -> str:
    """The RFC 7638 SHA-256 thumbprint of a public key, 43 letters; ``Refused`` when it is no Ed25519 public key."""
    return _public(jwk).thumbprint()


def fingerprint(document: bytes) -> str:
    """The first 32 hexadecimal digits of a document's SHA-256: what a grant says about the trust root."""
    return hashlib.sha256(document).hexdigest()[:32]


def sign(payload: bytes, key_pem: bytes) -> str:
    """*payload* as a compact JWS by the private key."""
    return jws.serialize_compact(_HEADER, payload, _private(key_pem), registry=_RULES)


@dataclass(frozen=True)
class Unproven:
    """A compact JWS taken apart: what it *claims*, which is worth nothing before :meth:`by`."""

    claims: bytes
    _signed: bytes
    _signature: bytes

    def by(self, jwk: dict[str, Any]) -> bytes:
        """The payload if, and only if, the owner of *jwk* signed it; else ``Refused``."""
        key = cast(Ed25519PublicKey, _public(jwk).public_key)
        try:
            key.verify(self._signature, self._signed)
        except InvalidSignature:
            raise refuse(
                "chữ ký / signature",
                "chữ ký không đúng với khóa của thiết bị / the signature is not by this unit's key",
                "ký lại / sign again",
            ) from None
        return self.claims


def unproven(token: str) -> Unproven:
    """The compact JWS *token*; ``Refused`` when it is not one, or its header says more than ours."""
    try:
        parts = jws.extract_compact(token.encode(), registry=_RULES)
        signature = urlsafe_b64decode(parts.segments["signature"])
    except (JoseError, ValueError) as problem:
        raise refuse(
            "chữ ký / signature", f"không phải JWS dạng gọn / not a compact JWS ({type(problem).__name__})", "gửi lại / send again"
        ) from None
    # A header that may say more may also ask for more (b64, crit, jwk, kid): each such field has been somebody's hole.
    if parts.protected != _HEADER:
        raise refuse("chữ ký / signature", f"phần đầu phải là / the header must be {json.dumps(_HEADER)}", "ký lại / sign again")
    return Unproven(parts.payload, parts.segments["header"] + b"." + parts.segments["payload"], signature)


def verify(token: str, jwk: dict[str, Any]) -> bytes:
    """The payload of a compact JWS if, and only if, the owner of *jwk* signed it; else ``Refused``."""
    return unproven(token).by(jwk)


def claimed(token: str) -> bytes:
    """What a compact JWS *claims*, unverified: only to learn whose key must verify it. ``Refused`` when it is not one."""
    return unproven(token).claims


def _private(key_pem: bytes) -> OKPKey:
    try:
        key = OKPKey.import_key(key_pem)
    except (JoseError, ValueError) as problem:
        raise _bad_key(type(problem).__name__) from None
    if not key.is_private or key.curve_name != ALGORITHM:
        raise _bad_key(key.curve_name)
    return key


def _public(jwk: dict[str, Any]) -> OKPKey:
    if set(jwk) != {"kty", "crv", "x"} or jwk["kty"] != "OKP" or jwk["crv"] != ALGORITHM or not isinstance(jwk["x"], str):
        raise _bad_key("kty, crv, x")
    return _imported(jwk["x"])


@lru_cache(maxsize=MOST_KEYS)
def _imported(x: str) -> OKPKey:
    try:
        return OKPKey.import_key({"kty": "OKP", "crv": ALGORITHM, "x": x})
    except (JoseError, ValueError) as problem:
        raise _bad_key(type(problem).__name__) from None


def _bad_key(detail: str) -> Refused:
    return refuse("khóa / key", f"không phải khóa Ed25519 / not an Ed25519 key ({detail})", "tạo khóa mới / make a new key")
