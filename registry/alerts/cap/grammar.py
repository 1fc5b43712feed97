"""Which elements a CAP 1.2 message has and how often: what is missing, doubled, empty or misspelt, all of it at once."""

from collections.abc import Mapping
from enum import Enum

from registry.alerts.cap.reader import Node
from registry.making.findings import Findings, did_you_mean

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_OLDER = "urn:oasis:names:tc:emergency:cap:"


class Times(Enum):
    """How often an element may stand."""

    ONCE = (1, 1)
    MAYBE = (0, 1)
    SOME = (1, None)
    ANY = (0, None)


ONCE, MAYBE, SOME, ANY = Times.ONCE, Times.MAYBE, Times.SOME, Times.ANY
_PAIR = {"valueName": ONCE, "value": ONCE}
_GRAMMAR: Mapping[str, Mapping[str, Times]] = {
    "alert": {
        "identifier": ONCE,
        "sender": ONCE,
        "sent": ONCE,
        "status": ONCE,
        "msgType": ONCE,
        "source": MAYBE,
        "scope": ONCE,
        "restriction": MAYBE,
        "addresses": MAYBE,
        "code": ANY,
        "note": MAYBE,
        "references": MAYBE,
        "incidents": MAYBE,
        "info": ANY,
    },
    "info": {
        "language": MAYBE,
        "category": SOME,
        "event": ONCE,
        "responseType": ANY,
        "urgency": ONCE,
        "severity": ONCE,
        "certainty": ONCE,
        "audience": MAYBE,
        "eventCode": ANY,
        "effective": MAYBE,
        "onset": MAYBE,
        "expires": MAYBE,
        "senderName": MAYBE,
        "headline": MAYBE,
        "description": MAYBE,
        "instruction": MAYBE,
        "web": MAYBE,
        "contact": MAYBE,
        "parameter": ANY,
        "resource": ANY,
        "area": ANY,
    },
    "eventCode": _PAIR,
    "parameter": _PAIR,
    "resource": {"resourceDesc": ONCE, "mimeType": ONCE, "size": MAYBE, "uri": MAYBE, "derefUri": MAYBE, "digest": MAYBE},
    "area": {"areaDesc": ONCE, "polygon": ANY, "circle": ANY, "geocode": ANY, "altitude": MAYBE, "ceiling": MAYBE},
    "geocode": _PAIR,
}
# An element may be there and say nothing: that is how some programs write what they do not know.
_MAY_BE_EMPTY = {"value", *(name for fields in _GRAMMAR.values() for name, times in fields.items() if times in (MAYBE, ANY))}


def check_root(root: Node, findings: Findings) -> bool:
    """Whether *root* is a CAP 1.2 message at all; what it is instead goes into *findings*."""
    if root.name == "alert" and root.space == CAP:
        return True
    if root.name == "alert" and root.space.startswith(_OLDER):
        version = root.space.removeprefix(_OLDER)
        findings.add(root.place(), f"là CAP {version[:20]} / is CAP {version[:20]}", "gửi theo CAP 1.2 / send it as CAP 1.2")
    else:
        what = f"gốc là <{root.name[:40]}>, không phải CAP / the root is <{root.name[:40]}>, not CAP"
        findings.add(root.place(), what, f'mở đầu bằng / begin with: <alert xmlns="{CAP}">')
    return False


def check_grammar(root: Node, findings: Findings, remarks: Findings) -> None:
    """Put every fault of form into *findings*, and what is left unread into *remarks*."""
    fields = _GRAMMAR[root.name]
    for name, times in fields.items():
        _count(root, name, times, findings)
    for child in root.children:
        if child.space != root.space:
            _foreign(child, remarks)
        elif child.name not in fields:
            findings.add(child.place(), "không có phần tử này trong CAP 1.2 / no such element", did_you_mean(child.name, list(fields)))
        elif child.name in _GRAMMAR:
            check_grammar(child, findings, remarks)
        elif child.children:
            findings.add(child.place(), "chỉ được có chữ / holds only text", "bỏ phần tử bên trong / remove the elements in it")


def _count(node: Node, name: str, times: Times, findings: Findings) -> None:
    least, most = times.value
    found = list(node.all(name))
    if len(found) < least:
        findings.add(node.place(name), "thiếu phần tử này / missing", f"thêm / add: <{name}>…</{name}>")
    if most is not None and len(found) > most:
        findings.add(found[1].place(), "có hai lần / stands twice", "giữ lại một / keep one of them")
    for each in found:
        if name not in _MAY_BE_EMPTY and not each.children and not each.text.strip():
            findings.add(each.place(), "để trống / empty", f"điền vào / fill it in: <{name}>…</{name}>")


def _foreign(node: Node, remarks: Findings) -> None:
    if node.space == SIGNATURE:
        what = "có chữ ký XML, không kiểm / has an XML signature, which is not verified"
        remarks.add(node.place(), what, "tin theo kênh đã nhận và danh sách nguồn / what counts is the way it came and the list of sources")
    else:
        remarks.add(node.place(), f"phần tử lạ của {node.space[:60] or '?'}, không đọc / foreign element, not read")
