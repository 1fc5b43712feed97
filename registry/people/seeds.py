"""The secrets of the apps' codes, sealed: their key lies beside the database, so that the database alone holds nobody's second proof."""

import base64
import binascii
import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.fleet.own_keys import own_key
from registry.people.tables import users

log = logging.getLogger(__name__)

KEY = "codes.key"
_KEY_BYTES, _NONCE = 32, 12
_FORM = "1."
"""How what is sealed begins; a seed that lies open is base32, which has no full stop."""

_KEPT = (users.c.seed, users.c.new_seed)


@dataclass(frozen=True)
class Seeds:
    """Seals and opens seeds with *key* (AES-256-GCM), each for the account of one name alone."""

    key: bytes = field(repr=False)

    def seal(self, seed: str, name: str) -> str:
        """*seed* as the database keeps it for *name*."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self.key).encrypt(nonce, seed.encode(), name.encode())
        return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str | None, name: str) -> str | None:
        """The seed of *name*; None when there is none, or when it was *sealed* by another key or for somebody else."""
        if sealed is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_FORM))
            return AESGCM(self.key).decrypt(raw[:_NONCE], raw[_NONCE:], name.encode()).decode()
        except (InvalidTag, ValueError):
            return None


def seeds_of(data: Path) -> Seeds:
    """What seals seeds in the folder *data*; its key is made when missing. ``Refused`` when others can read it, or it is none."""
    path = data / KEY
    try:
        key = base64.b64decode(own_key(path, _new_key), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise refuse(str(path), "không phải khóa / it is no key", "lấy lại từ bản sao lưu / take it from the backup")
    return Seeds(key)


async def seal_open_ones(connection: AsyncConnection, seeds: Seeds) -> None:
    """Seal what an older release had kept as it is, and say how many were sealed by a key that is not here."""
    foreign = 0
    if connection.dialect.name == "sqlite":
        # Else what is replaced stays in the file until its place is needed.
        await connection.execute(text("PRAGMA secure_delete = ON"))
    for name, *kept in (await connection.execute(select(users.c.name, *_KEPT))).all():
        told = dict(zip(_KEPT, kept, strict=True))
        fresh = {column: seeds.seal(seed, name) for column, seed in told.items() if seed is not None and not seed.startswith(_FORM)}
        if fresh:
            await connection.execute(update(users).where(users.c.name == name).values(fresh))
        foreign += any(seed is not None and column not in fresh and seeds.open(seed, name) is None for column, seed in told.items())
    if foreign:
        log.error(
            "%d users cannot sign in by their app: %s is not the key that sealed the secrets; restore it, or reset them", foreign, KEY
        )


def _new_key() -> bytes:
    return base64.b64encode(AESGCM.generate_key(_KEY_BYTES * 8))
