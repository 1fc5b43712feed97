"""How a technician's phone tells the registry which unit it stands before, and how anybody between the two is found out. Pure.

The unit fetches the trust root first, draws the nonce only then, and shows both the link and a code that covers key, nonce and
root. Whoever hands out a root of his own had to do so before he knew the nonce, so that he cannot choose one that fits the code:
he is right once in a million times. It is a commitment as in Bluetooth's numeric comparison (Core Specification 5.4, vol. 3, part H,
2.3.5.6.2).
"""

import hashlib
import secrets
from typing import Annotated

from pydantic import StringConstraints

from bundle.base import Sha256, UnitId

Nonce = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]

_PURPOSE = "bangtin pairing 1"
_FIGURES = 6


def new_nonce() -> Nonce:
    """96 fresh random bits: short, because it stands in a QR code that a phone reads from afar."""
    return secrets.token_urlsafe(12)


def code(thumbprint: str, nonce: Nonce, root: Sha256) -> Code:
    """Six figures from the unit's key (RFC 7638 *thumbprint*), its *nonce* and the SHA-256 of the trust *root* that it was given."""
    # None of the parts holds a space, so no two triples read alike.
    digest = hashlib.sha256(" ".join((_PURPOSE, thumbprint, nonce, root)).encode()).digest()
    return f"{int.from_bytes(digest) % 10**_FIGURES:0{_FIGURES}d}"


def link(registry: str, unit: UnitId, thumbprint: str, nonce: Nonce) -> str:
    """The text of the QR code: the registry's page for a unit. What follows ``#`` is read by the page and stays out of every log."""
    return f"{registry.rstrip('/')}/e#{unit}.{thumbprint}.{nonce}"
