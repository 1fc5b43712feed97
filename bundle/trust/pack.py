"""A pack: one file that proves itself, with a target and every signature between it and the embedded root."""

from typing import Annotated, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Model
from bundle.parse import MAX_DOCUMENT, parse
from bundle.trust.targets import Target

MAX_METADATA = 512 * 1024
# JSON inside JSON: every quote of the content costs one more byte, and control characters cost more.
MAX_PACK = 2 * MAX_DOCUMENT + 4 * MAX_METADATA

Metadatum = Annotated[str, Field(min_length=2, max_length=MAX_METADATA)]


class Pack(Model):
    """*roots* are the versions after the embedded one, in order; *role* is the metadata of the role that signs *target*."""

    format: Literal[1] = 1
    channel: AreaCode
    target: Target
    roots: Annotated[tuple[Metadatum, ...], Field(max_length=64)] = ()
    timestamp: Metadatum
    snapshot: Metadatum
    targets: Metadatum
    role: Metadatum
    content: Annotated[str, Field(max_length=MAX_DOCUMENT)]


def pack(content: Pack) -> bytes:
    """The bytes of a pack, as they lie on the shelf."""
    return content.model_dump_json().encode()


def unpack(raw: bytes, where: str = "pack") -> Pack:
    """Read a pack without believing it; ``Refused`` when it is too big or not a pack."""
    return parse(Pack, raw, where, MAX_PACK)
