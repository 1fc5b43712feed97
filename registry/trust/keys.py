"""The key files of people: Ed25519, one JSON file per key, readable by its owner alone."""

import stat
from enum import StrEnum
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field
from securesystemslib.signer import CryptoSigner, SSlibKey

from bundle.base import Line, Model
from bundle.errors import refuse
from bundle.parse import parse
from registry.trust.files import write

OWNER_ONLY = 0o600


class KeyName(StrEnum):
    """The keys of a trust root, by the name of their file without ``.json``."""

    ROOT = "root"
    TARGETS = "targets"
    ONLINE = "online"
    STOP = "stop"
    ALERTS_AUTHOR = "alerts-author"
    ALERTS_APPROVER = "alerts-approver"
    OPS = "ops"
    POLICY_AUTHOR = "policy-author"
    POLICY_APPROVER = "policy-approver"
    AUTHOR = "author"
    APPROVER = "approver"


class PersonKey(Model):
    """A private key and the *person* who holds it; *private* is PKCS#8 PEM, not encrypted."""

    format: Literal[1] = 1
    name: Line
    person: Line
    private: str = Field(repr=False)  # in no log and no traceback

    @property
    def signer(self) -> CryptoSigner:
        """What signs with this key."""
        private = load_pem_private_key(self.private.encode(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise refuse(f"{self.name}.json", "not an Ed25519 key", "make the key again with `bangtin publish keys`")
        return CryptoSigner(private)

    @property
    def public(self) -> SSlibKey:
        """The public half, as TUF writes it."""
        return self.signer.public_key

    @property
    def keyid(self) -> str:
        """The key's id in TUF metadata."""
        return str(self.public.keyid)


def make_key(folder: Path, name: str, person: str) -> PersonKey:
    """Make a key and write ``<folder>/<name>.json``; ``Refused`` when the file exists, because a lost key cannot be made again."""
    path = folder / f"{name}.json"
    if path.exists():
        raise refuse(str(path), "khóa đã có (the key exists)", "chọn thư mục khác / choose another folder")
    key = PersonKey(name=name, person=person, private=CryptoSigner.generate_ed25519().private_bytes.decode())
    write(path, key.model_dump_json(indent=1).encode(), OWNER_ONLY)
    return key


def load_key(path: Path) -> PersonKey:
    """Read a key file; ``Refused`` when it is missing, malformed or readable by others."""
    try:
        mode, raw = path.stat().st_mode, path.read_bytes()
    except OSError as problem:
        raise refuse(
            str(path), f"không đọc được khóa (cannot read the key): {problem.strerror}", "kiểm tra đường dẫn / check the path"
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise refuse(str(path), "người khác đọc được khóa này (others can read this key)", f"chmod 600 {path}")
    try:
        key = parse(PersonKey, raw, str(path), cap=16 * 1024)
        key.keyid  # noqa: B018 - a broken PEM is found here, not at the moment of signing
    except ValueError:
        raise refuse(str(path), "khóa hỏng (the key is damaged)", "dùng bản sao lưu / use the backup copy") from None
    return key
