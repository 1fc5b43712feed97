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
    b'"kind":"switched","line":"loa-","active":true,"activation":1,"reason":"due"}},"kind":"order-seen","kind":"source-heard","kind":"answered",'
    b'"kind":"recording","sha256":"kind":"opened-on-site","holder":"kind":"stopped-on-site","stopped":true,"kind":"upgraded","release":"1.'
    b'"kind":"fault","n":1,"detail":"code":"screen-lost","code":"clock-unknown","code":"speaker-lost","code":"source-lost","active":false}},'
    b'"occurrence":"alert:vn.","outcome":"interrupted","outcome":"missed","outcome":"refused-by-rule","reason":"'
    b'"health":{"boot":"watchdog","boot":"unclean","boot":"ordered","boot":"orderly","boot":"first","sags":true,"sagged":true,'
    b'"read_only":true,"reserve":"normal","life":10,"link":"none","link":"wifi","link":"cable","screen":"simulated","screen":"lost",'
    b'"pressed":true,"stopped":true,"lines":{"horn":true,"health":{"boot":"power","sags":false,"sagged":false,"celsius":5,"errors":0,'
    b'"read_only":false,"free":2,"link":"mobile","received":1,"sent":1,"reports":0,"blobs":0,"screen":"present","lines":{"horn":false},'
    b'"pressed":false,"stopped":false}}'
    b'{"format":1,"unit":"loa-","boot":"","n":1,"at":{"wall":"2026-11-21T05:00:00.000000Z","state":"trusted","boot":"","mono":1000.0},'
    b'"versions":{"vn/bundle.json":1,"vn/alerts.json":1,"vn/policy.json":1,"vn/stop.json":1,"vn/feed.json":1,"vn/ops.json":1,'
    b'"vn/software.json":1,"vn./bundle.json":1,"vn./alerts.json":1,"vn./policy.json":1,"vn./stop.json":1},'
    b'"programs":[{"program":"agent","at":{"wall":"2026-11-21T05:00:00Z","state":"trusted","boot":"","mono":1000.0},"ready":true,'
    b'"time_source":"ntp"},{"program":"display","at":{"wall":"2026-11-21T05:00:00Z","state":"holdover","boot":"","mono":1000.0},"ready":true,'
    b'"showing":"","simulated":["headless screen"]},{"program":"audio","at":{"wall":"2026-11-21T05:00:00Z","state":"unknown","boot":"",'
    b'"mono":1000.0},"ready":false,"reasons":["","sounding":{"occurrence":"","since":{"wall":"2026-{"program":"amplifier",'
    b'"at":{"wall":"2026-11-21T05:00:00Z","state":"trusted","boot":"","mono":1000.0},"ready":true}],"lines":['
    b'{"program":"audio","line":{"kind":"sounded","n":1,"at":{"wall":"2026-11-21T05:00:00.000000Z","state":"trusted","boot":"","mono":1000.0},'
    b'"occurrence":"vn./@2026-11-21T05:00:00+00:00/0:","item":"","channel":"vn.","version":1,"language":"vi","outcome":"started","rung":2,'
    b'"late":0.00}},"language":"vi","outcome":"complete","rung":2,"offset":1,"samples":1,"late":0.00,"level":-1}},'
    b'{"program":"display","line":{"kind":"shown","n":1,"at":{"wall":"2026-11-21T05:00:00.000000Z","state":"trusted","boot":"","mono":1000.0},'
    b'"item":"","channel":"vn.","version":1,"language":"vi","began":{"wall":"2026-11-21T05:00:00.000000Z","state":"trusted","boot":"",'
    b'"mono":1000.0},"pages":1,"of":1,"frames":2,"outcome":"complete"}},"software":"1.0.0","permit":17,"since":1'
)
"""What reports say that tell of the unit itself or only what changed, in the order of their fields, the likeliest words last. Never change
it, either; it has the second first byte. Software before it opens no such report, and would refuse its fields, too."""
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
