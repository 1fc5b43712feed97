"""A report's JSON made small before it is signed: stamps and names repeat, and a village pays for each byte. Pure."""

import zlib

from bundle.errors import refuse

_RAW = -15
"""Deflate without header or checksum: the signature around it is the better checksum."""

_FIRST, _SECOND = b"\x01", b"\x02"
DICTIONARY = (
    b'"kind":"switched","kind":"gap","kind":"alert-seen","identity":"kind":"fault","code":"content-refused","detail":"unreachable'
    b'"kind":"sounded","occurrence":"alert:"item":"channel":"vn.language":"vi","outcome":"interrupted","rung":2,"offset":"samples":"late":0.00'
    b'"outcome":"started","outcome":"failed","reason":"simulated":true,'
    b'"lines":[{"program":"audio","line":{"program":"display","line":{"kind":"shown","n":"item":"channel":"vn."version":"language":"vi",'
    b'"began":{"wall":"2026-"pages":1,"of":1,"frames":2"outcome":"complete"}},'
    b'{"format":1,"unit":"loa-","boot":"n":"at":{"wall":"2026-11-T00:00:00Z","state":"holdover","state":"unknown","state":"trusted","boot":"'
    b'"mono":"versions":{"vn"/stop.json":1,"/policy.json":1,"/alerts.json":1,"vn./bundle.json":1},'
    b'"programs":[{"program":"agent","at":{"program":"display","at":{"program":"audio","at":{"program":"amplifier","at":{'
    b'"ready":false,"reasons":["ready":true,"showing":"sounding":{"simulated":["clock","screen"]},'
)
"""What every report says anyway. Never change it: old reports would no longer open. A better one gets another first byte."""
WITH_HEALTH = (
    b'"health":{"boot":"unclean","boot":"first","boot":"orderly","boot":"ordered","boot":"watchdog","boot":"power","sags":true,"sags":false,'
    b'"sagged":true,"sagged":false,"celsius":4,"celsius":5,"errors":0,"read_only":false,"reserve":"normal","life":10,"free":1,"link":"none",'
    b'"link":"cable","link":"wifi","link":"mobile","received":1,"sent":1,"reports":0,"blobs":0,"screen":"simulated","screen":"lost",'
    b'"screen":"present","lines":{"horn":"powered","horn":"unpowered","horn":"on","horn":"off"},"pressed":true,"pressed":false,'
    b'"stopped":true,"stopped":false},"software":"0.1.0","permit":17,"since":'
) + DICTIONARY
"""The same with what is said of the unit itself, under the second first byte: only software that knows such a report opens it."""
_DICTIONARIES = {_FIRST: DICTIONARY, _SECOND: WITH_HEALTH}


def deflated(document: bytes, with_health: bool = False) -> bytes:
    """*document* packed: one byte that names the dictionary, then raw deflate. Of releases before the second dictionary none opens it."""
    first = _SECOND if with_health else _FIRST
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=_DICTIONARIES[first])
    return first + packer.compress(document) + packer.flush()


def inflated(payload: bytes, where: str, cap: int) -> bytes:
    """The document in *payload*, which may also be plain JSON; ``Refused`` when it is neither or longer than *cap* bytes."""
    dictionary = _DICTIONARIES.get(payload[:1])
    if dictionary is None:
        return payload
    unpacker = zlib.decompressobj(_RAW, zdict=dictionary)
    try:
        document = unpacker.decompress(payload[1:], cap + 1)
    except zlib.error:
        raise refuse(where, "không giải nén được / cannot be unpacked", "gửi lại / send it again") from None
    if len(document) > cap:
        raise refuse(where, f"giải nén ra hơn {cap} byte / unpacks to more than {cap} bytes", "gửi thành nhiều lần / send it in parts")
    if not unpacker.eof or unpacker.unused_data:
        raise refuse(where, "thiếu hoặc thừa dữ liệu nén / packed data is cut off or followed by more", "gửi lại / send it again")
    return document
