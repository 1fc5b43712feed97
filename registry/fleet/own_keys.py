"""The registry's own two keys, made at its first start: units seal for it what a courier carries, and it signs what goes back."""

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bundle.errors import refuse
from evidence.keys import RegistryKeys
from evidence.sealing import new_sealing_key, sealing_jwk
from evidence.signing import new_key, public_jwk
from registry.trust.files import write_once

OWNER_ONLY = 0o600


@dataclass(frozen=True)
class OwnKeys:
    """Private keys (PEM); they never leave the data folder, and belong into its backup: without them no letter can be opened."""

    sealing: bytes = field(repr=False)
    signing: bytes = field(repr=False)

    @property
    def public(self) -> RegistryKeys:
        """What units are told when they enrol."""
        return RegistryKeys(sealing=sealing_jwk(self.sealing), signing=public_jwk(self.signing))


def own_keys(data: Path) -> OwnKeys:
    """The keys in the folder *data*, made when missing. ``Refused`` when others can read them."""
    return OwnKeys(own_key(data / "sealing.pem", new_sealing_key), own_key(data / "signing.pem", new_key))


def own_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """The key in the file *path*, made when missing, once for all processes. ``Refused`` when others can read it."""
    if not path.exists():
        write_once(path, make(), OWNER_ONLY)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise refuse(str(path), "người khác đọc được khóa này / others can read this key", f"chmod 600 {path}")
    return path.read_bytes()
