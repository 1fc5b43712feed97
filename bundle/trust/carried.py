"""What a hint carries: a few files of a release tree by their paths, in one line of text. Pure.

Nothing here is trusted. Whoever unpacks it has files that a release tree might have answered, and checks them as such.
"""

import base64
import json
import struct
import zlib
from collections.abc import Mapping

MAX_TEXT = 48 * 1024
"""Characters: a line of a stream must stay below the 128 KB that its readers take."""
MAX_FILES = 256 * 1024
"""Bytes that a carried text may unpack to."""
MOST = 16
"""How many files."""

_HEAD = struct.Struct(">HI")
# What all of them say: deflate then spends its bytes on what is new. It is part of the format: another one is another format.
_WORDS = (
    b'{"format":1,"channel":"vn.","alerts":[{"sender":"","identifier":"","sent":"2026-11-21T00:00:00Z","status":"Actual",'
    b'"message_type":"Alert","message_type":"Update","message_type":"Cancel","references":[{"sender":"","identifier":"","sent":"'
    b'"event":"","level":3,"onset":"","expires":"2026-11-21T00:00:00Z","areas":["vn."],"versions":[{"language":"vi","headline":"",'
    b'"instruction":"","where":"","phrases":[{"sha256":"","size":,"media":"audio/ogg","duration":,"loudness":-'
    b'"issued":{"clip":{"sha256":"","size":}],"airings":{"count":,"every":,"between":{"start":"07:00:00","end":"20:00:00"}},'
    b'"provenance":{"author":"","approver":"","issuing_body":"UBND x\xc3\xa3 "}}]}{"format":1,"channel":"vn.","cancelled":[{"sender":"'
    b'"withdrawn":[{"item":"","reason":""}],"kills":[{"areas":[],"units":[],"since":"","reason":""}]}'
    b"metadata/vn..feed.json metadata/vn..stop.json metadata/vn..alerts.json metadata/vn..snapshot.json metadata/vn./timestamp.json "
    b"targets/vn./.feed.json targets/vn./.stop.json targets/vn./.alerts.json deltas/vn./.z"
    b'{"signatures":[{"keyid":"","sig":""},{"keyid":"","sig":""}],"signed":{"_type":"targets","expires":"2027-11-21T00:00:00Z",'
    b'"spec_version":"1.0.31","targets":{"vn./feed.json":{"vn./stop.json":{"vn./alerts.json":{"hashes":{"sha256":""},"length":}},'
    b'"version":}}{"signatures":[{"keyid":"","sig":""}],"signed":{"_type":"snapshot","expires":"2026-12-21T00:00:00Z","meta":{'
    b'"alerts.json":{"hashes":{"sha256":""},"length":,"version":},"content.json":{"hashes":{"sha256":""},"length":,"version":},'
    b'"feed.json":{"hashes":{"sha256":""},"length":,"version":},"ops.json":{"policy.json":{"hashes":{"sha256":""},"length":,'
    b'"version":},"stop.json":{"hashes":{"sha256":""},"length":,"version":},"targets.json":{"hashes":{"sha256":""},"length":,'
    b'"version":1}},"spec_version":"1.0.31","version":,"x-channel":"vn.","x-issued":"2026-11-21T00:00:00Z"}}'
    b'{"signatures":[{"keyid":"","sig":""}],"signed":{"_type":"timestamp","expires":"2026-11-28T00:00:00Z","meta":{"snapshot.json":'
    b'{"hashes":{"sha256":""},"length":,"version":}},"spec_version":"1.0.31","version":,"x-channel":"vn.","x-issued":"2026-11-21T00:00:00Z"}}'
)


def as_text(files: Mapping[str, bytes]) -> str | None:
    """*files* in one line without quotes, ``None`` when they are too much for a hint."""
    if not files or len(files) > MOST or sum(map(len, files.values())) > MAX_FILES:
        return None
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zdict=_WORDS)
    parts = [part for path, data in files.items() for part in (_HEAD.pack(len(path.encode()), len(data)), path.encode(), data)]
    text = base64.b85encode(packer.compress(b"".join(parts)) + packer.flush()).decode()
    return text if len(text) <= MAX_TEXT else None


def event(channel: str, timestamp: int, files: str | None = None) -> str:
    """The server-sent event which says that version *timestamp* of *channel* is out, and may carry *files*."""
    hint = {"channel": channel, "timestamp": timestamp} | ({"files": files} if files else {})
    return f"data: {json.dumps(hint)}\n\n"


def from_text(text: str) -> dict[str, bytes] | None:
    """The files in *text*, ``None`` when it is none of ours. Never unpacks more than ``MAX_FILES`` and what names them."""
    if len(text) > MAX_TEXT:
        return None
    most = MAX_FILES + MOST * 1024
    unpacker = zlib.decompressobj(zlib.MAX_WBITS, zdict=_WORDS)
    try:
        raw = unpacker.decompress(base64.b85decode(text), most)
    except (ValueError, zlib.error):
        return None
    return _files(raw) if unpacker.eof and not unpacker.unused_data else None


def _files(raw: bytes) -> dict[str, bytes] | None:
    found: dict[str, bytes] = {}
    at = 0
    while at < len(raw):
        if at + _HEAD.size > len(raw) or len(found) == MOST:
            return None
        named, size = _HEAD.unpack_from(raw, at)
        start = at + _HEAD.size + named
        at = start + size
        if at > len(raw):
            return None
        try:
            found[raw[start - named : start].decode()] = raw[start:at]
        except UnicodeDecodeError:
            return None
    return found
