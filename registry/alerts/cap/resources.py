"""Files in a message: their bytes are counted and hashed against what is said of them, and no byte of them goes any further."""

import base64
import binascii
import hashlib
import re

from registry.alerts.cap.message import Resource
from registry.alerts.cap.reader import Node
from registry.making.findings import Findings

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def read_resource(node: Node, inside: bool, findings: Findings) -> Resource:
    """The resource at *node*; every lie of its size or digest goes into *findings*. *inside*: its bytes must come with it."""
    content = _content(node, findings)
    if inside and not node.text_of("derefUri"):
        what = "nguồn này phải gửi kèm nội dung / this source must send the content along"
        findings.add(node.place("derefUri"), what, "thêm nội dung dạng base64 / add the content in base64")
    size, digest = node.text_of("size"), node.text_of("digest")
    if size and not (size.isascii() and size.isdecimal()):
        findings.add(node.place("size"), f"“{size[:40]}” không phải số byte / is no number of bytes", "viết số nguyên / a whole number")
    elif size and content is not None and size.lstrip("0") != str(len(content)).lstrip("0"):
        what = f"ghi {size[:20]} byte, thật ra {len(content)} / says {size[:20]} bytes, there are {len(content)}"
        findings.add(node.place("size"), what, "gửi lại cho khớp / send it again so that they match")
    if digest:
        _check_digest(digest, content, node.place("digest"), findings)
    return Resource(
        description=node.text_of("resourceDesc"),
        mime=node.text_of("mimeType"),
        uri=node.text_of("uri"),
        inside=None if content is None else len(content),
    )


def _content(node: Node, findings: Findings) -> bytes | None:
    text = node.text_of("derefUri")
    if not text:
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        findings.add(node.place("derefUri"), "không phải base64 / is not base64", "mã hóa lại nội dung / encode the content again")
        return None


def _check_digest(digest: str, content: bytes | None, where: str, findings: Findings) -> None:
    if _SHA1.fullmatch(digest):
        # CAP 1.2 names SHA-1 and nothing depends on it here: it only finds what was torn on the way.
        made = hashlib.sha1(content, usedforsecurity=False).hexdigest() if content is not None else None
    elif _SHA256.fullmatch(digest):
        made = hashlib.sha256(content).hexdigest() if content is not None else None
    else:
        findings.add(where, "không phải SHA-1 dạng hex / is no SHA-1 in hex", "viết 40 chữ số hex / write 40 hex digits")
        return
    if made is not None and made != digest.lower():
        findings.add(where, "không khớp nội dung / does not match the content", "gửi lại cho khớp / send it again so that they match")
