"""The key files of people: one JSON file per key, under a passphrase or on a token, readable by its owner alone."""

import stat
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pydantic import Field
from securesystemslib.signer import CryptoSigner, Signer, SSlibKey
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata

from bundle.base import Line, Model
from bundle.errors import Refused, refuse
from bundle.parse import parse
from registry.trust.files import write
from registry.trust.passphrase import Ask, nobody
from registry.trust.sealed import sealed, unsealed
from registry.trust.token import token_signer

OWNER_ONLY = 0o600
MAX_KEY = 16 * 1024


class KeyName(StrEnum):
    """The keys of a trust root, by the name of their file without ``.json``; a channel's own have its code before it."""

    ROOT = "root"
    TARGETS = "targets"
    ONLINE = "online"
    STOP = "stop"
    ALERTS_AUTHOR = "alerts-author"
    ALERTS_APPROVER = "alerts-approver"
    FEED = "feed"
    OPS = "ops"
    POLICY_AUTHOR = "policy-author"
    POLICY_APPROVER = "policy-approver"
    SOFTWARE_AUTHOR = "software-author"
    SOFTWARE_APPROVER = "software-approver"
    AUTHOR = "author"
    APPROVER = "approver"


class PublicHalf(Model):
    """A public key as TUF writes it."""

    keyid: Line
    keytype: Line
    scheme: Line
    public: Annotated[str, Field(min_length=1, max_length=4096)]


class KeyFile(Model):
    """What lies in the file. *private* is PKCS#8: encrypted DER in hex, or plain PEM; *token* is the address of a key on a token.

    With neither it is the public half alone, which may travel openly. The oldest files have nothing but a plain *private*.
    """

    format: Literal[1] = 1
    name: Line
    person: Line
    public: PublicHalf | None = None
    private: Annotated[str, Field(max_length=8192, repr=False)] = ""  # in no log and no traceback
    token: Annotated[str, Field(max_length=512)] = ""

    @property
    def is_plain(self) -> bool:
        """Whether the private key stands there for everybody who reads the file."""
        return self.private.startswith("-----BEGIN")


@dataclass(frozen=True)
class Holder:
    """A person and the public half of the key that they hold: all that a delegation needs to know."""

    name: str
    person: str
    public: SSlibKey

    @property
    def keyid(self) -> str:
        """The key's id in TUF metadata."""
        return str(self.public.keyid)


@dataclass(frozen=True)
class PersonKey:
    """A key that can sign, and the *person* who holds it."""

    name: str
    person: str
    signer: Signer = field(repr=False)

    @property
    def public(self) -> SSlibKey:
        """The public half, as TUF writes it."""
        public = self.signer.public_key
        if not isinstance(public, SSlibKey):
            raise TypeError(f"{self.name}: a signer without a usual public key")
        return public

    @property
    def keyid(self) -> str:
        """The key's id in TUF metadata."""
        return str(self.public.keyid)

    def sign(self, metadata: Metadata[Any]) -> None:
        """Add this key's signature; ``Refused`` when its token will not sign."""
        try:
            metadata.sign(self.signer, append=True)
        except UnsignedMetadataError as problem:
            # python-tuf wraps whatever a signer says, and a person should read the sentence itself.
            if isinstance(problem.__cause__, Refused):
                raise problem.__cause__ from None
            raise

    @property
    def holder(self) -> Holder:
        """The same without the power to sign."""
        return Holder(self.name, self.person, self.public)


def make_key(folder: Path, name: str, person: str, passphrase: str | None = None) -> PersonKey:
    """Make a key and write ``<folder>/<name>.json``; ``Refused`` when the file exists, because a lost key cannot be made again.

    Without a *passphrase* whoever reads the file can sign.
    """
    private = Ed25519PrivateKey.generate()
    save_key(folder / f"{name}.json", name, person, private, passphrase)
    return PersonKey(name, person, CryptoSigner(private))


def save_key(path: Path, name: str, person: str, private: Ed25519PrivateKey, passphrase: str | None) -> None:
    """Write a key file of a private key that exists; ``Refused`` when there is a file already."""
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    if passphrase is not None:
        text = sealed(private, passphrase).hex()
    save(path, KeyFile(name=name, person=person, public=half_of(CryptoSigner(private).public_key), private=text))


def save_public(path: Path, key: Holder) -> None:
    """Write the public half alone: what a person hands in to be given a seat."""
    save(path, KeyFile(name=key.name, person=key.person, public=half_of(key.public)))


def save_token(path: Path, name: str, person: str, uri: str, public: SSlibKey) -> None:
    """Write the file of a key that lives on a token."""
    save(path, KeyFile(name=name, person=person, public=half_of(public), token=uri))


def save(path: Path, key: KeyFile) -> None:
    """Write a key file for its owner alone."""
    if path.exists():
        raise refuse(str(path), "khóa đã có (the key exists)", "chọn thư mục khác / choose another folder")
    write(path, key.model_dump_json(indent=1).encode(), OWNER_ONLY)


def load_key(path: Path, ask: Ask = nobody) -> PersonKey:
    """Open a key file; ``Refused`` when it is missing, malformed, readable by others, or does not open with what *ask* gives."""
    found, mode = _read(path)
    if not found.private and not found.token:
        raise refuse(str(path), "chỉ có nửa công khai (only the public half)", "dùng tệp khóa của người giữ / use the holder's key file")
    if stat.S_IMODE(mode) & 0o077:
        raise refuse(str(path), "người khác đọc được khóa này (others can read this key)", f"chmod 600 {path}")
    try:
        signer = _signer(found, path, ask)
        if found.public is not None and signer.public_key != public_of(found.public):
            raise ValueError("two halves")
    except Refused:
        raise
    except (ValueError, TypeError):
        raise refuse(str(path), "khóa hỏng (the key is damaged)", "dùng bản sao lưu / use the backup copy") from None
    return PersonKey(found.name, found.person, signer)


def private_half(key: PersonKey) -> Ed25519PrivateKey:
    """The private half of an opened key, to be written down under another passphrase."""
    private = load_pem_private_key(key.signer.private_bytes, None) if isinstance(key.signer, CryptoSigner) else None
    if not isinstance(private, Ed25519PrivateKey):
        raise refuse(key.name, "nửa riêng không ở đây (its private half is not here)", "khóa nằm trên thẻ / it lives on a token")
    return private


def load_holder(path: Path) -> Holder:
    """The public half in a key file of any kind: no passphrase is needed for it."""
    found, _ = _read(path)
    if found.public is None:
        return load_key(path).holder
    return Holder(found.name, found.person, public_of(found.public))


def key_path(folder: Path, name: str) -> Path:
    """Where the key *name* lies in *folder*: its own file, else the public half that its holder handed in."""
    own, half = folder / f"{name}.json", folder / f"{name}.public.json"
    return half if half.exists() and not own.exists() else own


def load_key_file(path: Path) -> KeyFile:
    """What lies in a key file, unopened."""
    return _read(path)[0]


def _signer(found: KeyFile, path: Path, ask: Ask) -> Signer:
    if found.token:
        if found.public is None:
            raise ValueError("a token without its public half")
        return token_signer(found.token, public_of(found.public), found.name, ask)
    if not found.is_plain:
        return CryptoSigner(_opened(bytes.fromhex(found.private), found.name, path, ask))
    private = load_pem_private_key(found.private.encode(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return CryptoSigner(private)


def _opened(raw: bytes, name: str, path: Path, ask: Ask) -> Ed25519PrivateKey:
    tried = False
    for passphrase in ask(name):
        if (private := unsealed(raw, passphrase)) is not None:
            return private
        tried = True
    if not tried:
        raise refuse(str(path), "khóa có mật khẩu (the key has a passphrase)", "--passphrase-file FILE")
    raise refuse(str(path), "sai mật khẩu (wrong passphrase)", "thử lại, hoặc dùng bản sao lưu / try again, or use the backup copy")


def _read(path: Path) -> tuple[KeyFile, int]:
    try:
        mode, raw = path.stat().st_mode, path.read_bytes()
    except OSError as problem:
        raise refuse(
            str(path), f"không đọc được khóa (cannot read the key): {problem.strerror}", "kiểm tra đường dẫn / check the path"
        ) from None
    return parse(KeyFile, raw, str(path), cap=MAX_KEY), mode


def half_of(public: SSlibKey) -> PublicHalf:
    """A public key as it is written down."""
    return PublicHalf(keyid=public.keyid, keytype=public.keytype, scheme=public.scheme, public=public.keyval["public"])


def public_of(half: PublicHalf) -> SSlibKey:
    """A public key that was written down."""
    return SSlibKey(half.keyid, half.keytype, half.scheme, {"public": half.public})
