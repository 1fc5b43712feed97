"""The grant that the registry gave the technician: where to enrol, the single-use secret, the trust root's fingerprint. Pure."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bundle.errors import Complaint, Refused

_SHAPE = re.compile(r"(?P<url>https?://[^\s#]+)#(?P<secret>[A-Za-z0-9_-]{16,160})\.(?P<fingerprint>[0-9a-f]{32})")


@dataclass(frozen=True)
class Grant:
    """*fingerprint* is the first 32 hexadecimal digits of the SHA-256 of ``root.json``; *secret* is shown to nobody."""

    url: str
    secret: str = field(repr=False)
    fingerprint: str


def read_grant(text: str, plain_http: bool = False) -> Grant:
    """The grant in *text*; ``Refused`` when it is none, or when it would travel unencrypted over a network."""
    found = _SHAPE.fullmatch(text.strip())
    if not found:
        raise Refused(
            Complaint(
                "--grant",
                "không đúng dạng địa chỉ#mã.vân-tay / not of the form address#grant.fingerprint",
                "chép lại toàn bộ chuỗi máy chủ đã in / copy the whole string that the registry printed",
            )
        )
    url = found["url"].rstrip("/")
    if url.startswith("http://") and not (plain_http or this_machine(url)):
        raise Refused(
            Complaint(
                "--grant",
                "địa chỉ http không mã hoá, ai cũng đọc được mã / the address is plain http, anyone may read the grant",
                "dùng https, hoặc --plain-http trong mạng riêng / use https, or --plain-http inside a closed network",
            )
        )
    return Grant(url, found["secret"], found["fingerprint"])


def this_machine(url: str) -> bool:
    """Whether *url* leads to no network at all."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
