"""Mutations that keep the outer shape: an edit inside a JSON document, a journal whose checksums are right again.

Bytes alone rarely get past a parser or a checksum, so without these only the first lines of each reader would be tried.
"""

import json
import re
import struct
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.5, -0.0, 1e308),
    *("", " ", "\u0000", "\ud800", "a" * 5000, "\u202e", "ạ̣́", "NaN", "1e5", "../../key", "f" * 64),
    *([], {}, [[]], {"": None}),
    *("vn", "vn.20.06001", "vn.20.06001.01", "24:00", "FREQ=SECONDLY;COUNT=999999999", "2026-02-30T00:00:00Z"),
    *("2026-05-04T01:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-14:00"),
)


def in_json(raw: bytes, draw: Random) -> bytes:
    """One to three edits somewhere in the JSON document; a string that is itself JSON (as in a pack) may be edited inside."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    for _ in range(draw.randint(1, 3)):
        document = _edited(document, draw)
    return json.dumps(document, ensure_ascii=draw.random() < 0.5).encode(errors="surrogatepass")


_LEAF = re.compile(r"<(\w+)>([^<]*)</\1>")
ODD_WORDS = (
    *("", " ", "&lt;b&gt;", "&lt;script&gt;", "&amp;nbsp;", "&#128;", "&#xFFFD;", "&#x200B;", "a" * 5000, "ạ̣́", "Ã¡p dá»¥ng", "* x\n1. y"),
    *("Extreme", "extreme", "Cancel", "Update", "Exercise", "Draft", "Restricted", "vi", "vi-VN", "km", "x-y-z", "-", "vn.20.06001"),
    *("2026-11-21T07:30:00+07:00", "2026-11-21T07:30:00Z", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-00:00", "2026-02-30T25:00:00"),
    *(
        "22.1,106.2",
        "22.1,106.2 5",
        "91,181 22,106 22,107 91,181",
        "-0.0,0 1,1 2,2 -0.0,0",
        "1e308,NaN",
        "a,b,c",
        "a,b,2026-11-21T07:30:00+07:00",
    ),
    *("AAAA", "====", "٣", "1_0", "10" * 200, "3; orange; Severe", "0601;0603", ";"),
)


def in_xml(raw: bytes, draw: Random) -> bytes:
    """One to three edits of elements: another text, gone, twice, or where another stood."""
    text = raw.decode("utf-8", "replace")
    for _ in range(draw.randint(1, 3)):
        leaves = list(_LEAF.finditer(text))
        if not leaves:
            return raw
        leaf, other = draw.choice(leaves), draw.choice(leaves)
        match draw.randrange(6):
            case 0:
                made = ""
            case 1:
                made = leaf[0] * draw.randint(2, 40)
            case 2:
                made = other[0]
            case 3:
                place = draw.randint(0, len(leaf[2]))
                made = f"<{leaf[1]}>{leaf[2][:place]}{draw.choice(ODD_WORDS)}{leaf[2][place:]}</{leaf[1]}>"
            case 4:
                made = f"<{leaf[1]}>{other[2]}</{leaf[1]}>"
            case _:
                made = f"<{leaf[1]}>{draw.choice(ODD_WORDS)}</{leaf[1]}>"
        text = text[: leaf.start()] + made + text[leaf.end() :]
    return text.encode("utf-8", "replace")


def after_first_byte(mutation: Mutation) -> Mutation:
    """The first byte says what kind of document follows: it stays, mostly."""

    def mutated(raw: bytes, draw: Random) -> bytes:
        first = bytes([draw.randrange(256)]) if draw.random() < 0.1 or not raw else raw[:1]
        return first + mutation(raw[1:], draw)

    return mutated


def in_frames(raw: bytes, draw: Random) -> bytes:
    """Journal frames changed, dropped, repeated or exchanged, each with its checksum right."""
    frames = list(_frames(raw))
    for _ in range(draw.randint(1, 3)):
        if not frames:
            break
        place = draw.randrange(len(frames))
        match draw.randrange(4):
            case 0:
                frames[place] = in_json(frames[place], draw)
            case 1:
                del frames[place]
            case 2:
                frames.insert(draw.randrange(len(frames) + 1), frames[place])
            case _:
                frames[place] = frames[place] + b" " * draw.randrange(100)
    unsynced = 1 << 31
    whole = [struct.pack("<II", len(frame) | draw.choice((0, unsynced)), zlib.crc32(frame)) + frame for frame in frames]
    mark = struct.pack("<II", 0, 0x5EA1ED)
    return b"".join(part for frame in whole for part in ((frame, mark) if draw.random() < 0.2 else (frame,)))


def _frames(raw: bytes) -> list[bytes]:
    found, at = list[bytes](), 0
    while at + 8 <= len(raw):
        length = struct.unpack_from("<I", raw, at)[0] & 0x7FFFFFFF
        if length:
            found.append(raw[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def _edited(value: Any, draw: Random) -> Any:
    """*value* with one edit in it or somewhere below."""
    if draw.random() < 0.15:
        return draw.choice(ODD)
    match value:
        case dict() if value:
            return _edited_object(dict(value), draw)
        case list() if value:
            place = draw.randrange(len(value))
            kept = list(value)
            match draw.randrange(6):
                case 0:
                    del kept[place]
                case 1:
                    kept = kept + [kept[place]] * draw.randint(1, 600)
                case _:
                    kept[place] = _edited(kept[place], draw)
            return kept
        case str() if value.startswith("{") and draw.random() < 0.95:
            return in_json(value.encode(errors="surrogatepass"), draw).decode(errors="replace")
        case str() if value:
            place = draw.randrange(len(value))
            return value[:place] + draw.choice(("", "0", "é", ".", "\u200b", value)) + value[place + draw.randint(0, 1) :]
        case int():
            return value + draw.choice((-1, 1, 2**16, -(2**40)))
        case _:
            return draw.choice(ODD)


def _edited_object(value: dict[str, Any], draw: Random) -> dict[str, Any]:
    name = draw.choice(sorted(value))
    match draw.randrange(8):
        case 0:
            del value[name]
        case 1:
            value[name + draw.choice(("", "x", "_"))] = draw.choice(ODD)
        case 2:
            other = draw.choice(sorted(value))
            value[name], value[other] = value[other], value[name]
        case _:
            value[name] = _edited(value[name], draw)
    return value
