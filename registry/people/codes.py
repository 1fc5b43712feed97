"""The second proof: six figures that an app on somebody's own phone shows for half a minute (RFC 6238), or a code on paper. Pure."""

import base64
import hmac
import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_FIGURES, _SECONDS, _BYTES = 6, 30, 20
_AROUND = (0, -1, 1)
# Without those that look like another.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 4
ISSUER = "Bảng tin"


def new_seed() -> str:
    """What the app and the registry share, in base32."""
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode()


def address(seed: str, name: str) -> str:
    """What the app reads from its camera, or when it is tapped on the same phone."""
    return _totp(seed).get_provisioning_uri(name, ISSUER)


def code_at(seed: str, now: datetime) -> str:
    """The six figures of *now*."""
    return _totp(seed).generate(int(now.timestamp())).decode()


def step_of(seed: str, told: str, now: datetime, last: int | None) -> int | None:
    """In which half minute *told* is right, around *now* and after the *last* one that counted; None when it is wrong or was used."""
    figures = re.sub(r"\s", "", told)
    here = int(now.timestamp()) // _SECONDS
    right = (here + off for off in _AROUND if hmac.compare_digest(_totp(seed).generate((here + off) * _SECONDS), figures.encode()))
    return next((step for step in right if last is None or step > last), None)


def new_recovery(count: int) -> tuple[str, ...]:
    """*count* codes for paper, each of 59 bits."""
    return tuple("-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS)) for _ in range(count))


def recovery_of(told: str) -> str | None:
    """*told* as a code for paper is kept; None when it cannot be one, as six figures cannot."""
    signs = re.sub(r"[\s-]", "", told).lower()
    return signs if len(signs) == _GROUPS * _GROUP and set(signs) <= set(_SIGNS) else None


def _totp(seed: str) -> TOTP:
    # SHA-1 is what every such app does; as a keyed hash it holds.
    return TOTP(base64.b32decode(seed), _FIGURES, SHA1(), _SECONDS)  # noqa: S303
