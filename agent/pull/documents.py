"""A signed document's bytes: from what the unit has already, as a delta against it, or whole."""

import logging
from hashlib import sha256

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import TargetFile

from agent.pull.source import Source, read
from bundle.errors import refuse
from bundle.trust import Target, path_for
from bundle.trust.delta import WORTH, apply_delta, delta_path
from device.errors import TooBig, Unreachable

log = logging.getLogger(__name__)


async def fetch_document(source: Source, channel: str, target: Target, file: TargetFile, held: tuple[bytes, ...]) -> bytes:
    """The bytes that *file* names; *held* are the documents that the unit has, the one on its shelf first.

    ``Refused`` for other bytes, ``TooBig``, ``TooSlow``, ``Unreachable``.
    """
    for content in held:
        if _is(file, content):
            return content
    if held and (made := await _by_delta(source, channel, file, held[0])) is not None:
        return made
    where = path_for(channel, target)
    whole = await read(source, f"targets/{channel}/{file.hashes['sha256']}.{target.value}", file.length)
    if whole is None:
        raise Unreachable(f"{source.label}: {where}: chưa có ở nguồn (the source does not have it)")
    if not _is(file, whole):
        raise refuse(where, "sai dữ liệu (its bytes are not the signed ones)", "lấy lại / fetch it again")
    return whole


async def _by_delta(source: Source, channel: str, file: TargetFile, held: bytes) -> bytes | None:
    """The document by way of a delta; ``None`` when there is none or it is wrong: nobody signed it, so the whole one is fetched."""
    if file.length < WORTH:
        return None
    path = delta_path(channel, sha256(held).hexdigest(), file.hashes["sha256"])
    try:
        delta = await read(source, path, file.length)
    except TooBig:
        delta = b""
    if delta is None:
        return None
    content = apply_delta(held, delta, file.length)
    if content is None or not _is(file, content):
        log.warning("%s: %s: sai, lấy bản đầy đủ / wrong, the whole document is fetched", source.label, path)
        return None
    return content


def _is(file: TargetFile, content: bytes) -> bool:
    try:
        file.verify_length_and_hashes(content)
    except LengthOrHashMismatchError:
        return False
    return True
