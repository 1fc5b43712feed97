"""A report's JSON made small before it is signed: stamps and names repeat, and a village pays for each byte. Pure."""

import zlib

from bundle.errors import refuse

_RAW = -15
"""Deflate without header or checksum: the signature around it is the better checksum."""


def deflated(document: bytes) -> bytes:
    """*document* as raw deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    return packer.compress(document) + packer.flush()


def inflated(payload: bytes, where: str, cap: int) -> bytes:
    """The document in *payload*, which may also be plain JSON; ``Refused`` when it is neither or longer than *cap* bytes."""
    # No packed document begins like this: deflate writes the first "{" of a short one as 0xAB, and a long one's tables first.
    if payload.startswith(b"{"):
        return payload
    unpacker = zlib.decompressobj(_RAW)
    try:
        document = unpacker.decompress(payload, cap + 1)
    except zlib.error:
        raise refuse(where, "không giải nén được / cannot be unpacked", "gửi lại / send it again") from None
    if len(document) > cap:
        raise refuse(where, f"giải nén ra hơn {cap} byte / unpacks to more than {cap} bytes", "gửi thành nhiều lần / send it in parts")
    if not unpacker.eof or unpacker.unused_data:
        raise refuse(where, "thiếu hoặc thừa dữ liệu nén / packed data is cut off or followed by more", "gửi lại / send it again")
    return document
