"""XML from a stranger, as a small tree with lines and paths: no DTD, no entities, no more depth or size than a CAP message needs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError  # only the name of the error: what parses is defusedxml

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from bundle.errors import refuse

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 16
MAX_ELEMENTS = 20_000
_NUMBERED = {"info", "area", "resource"}
_PLAIN = "gửi lại CAP 1.2 thuần, chữ Unicode UTF-8 / send plain CAP 1.2 again, in UTF-8"


@dataclass
class Node:
    """One element: its *name* without the *space* it belongs to, where it stands, the text in it and the elements below it."""

    name: str
    space: str
    line: int
    path: str = ""
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of this name right below it, of its own namespace."""
        return (child for child in self.children if child.name == name and child.space == self.space)

    def first(self, name: str) -> "Node | None":
        """The first of them."""
        return next(self.all(name), None)

    def text_of(self, name: str) -> str:
        """The text of the first of them without the blanks around it; empty when there is none."""
        found = self.first(name)
        return found.text.strip() if found else ""

    def place(self, name: str = "") -> str:
        """Where it, or what stands or should stand below it, is: path and line, as a complaint names it."""
        if name and (child := self.first(name)):
            return child.place()
        path = "/".join(part for part in (self.path, name) if part)
        return f"{path or self.name} (dòng / line {self.line})"


class _Builder:
    """What the parser tells, built into nodes."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._open: list[tuple[Node, list[str]]] = []
        self._count = 0
        self.root: Node | None = None
        self.parser: XMLParser | None = None

    def start(self, tag: str, _: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            what = f"XML lồng quá {MAX_DEPTH} tầng hoặc quá {MAX_ELEMENTS} phần tử / nested deeper or longer than a CAP message is"
            raise refuse(self._where, what, _PLAIN)
        space, _closed, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        node = Node(name, space, self.parser.parser.CurrentLineNumber if self.parser else 0)
        if self._open:
            self._open[-1][0].children.append(node)
        else:
            self.root = node
        self._open.append((node, []))

    def end(self, _: str) -> None:
        node, pieces = self._open.pop()
        node.text = "".join(pieces)

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def close(self) -> None:
        """Nothing is left to build."""


def read_xml(raw: bytes, where: str) -> Node:
    """The root element of *raw*; ``Refused`` when it is no XML, or such as only an attacker would send."""
    if len(raw) > MAX_BYTES:
        raise refuse(where, f"{len(raw)} byte, quá {MAX_BYTES} / too big", "bỏ tệp kèm theo / leave out the resources")
    built = _Builder(where)
    parser = XMLParser(target=built, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    built.parser = parser
    try:
        parser.feed(raw)
        parser.close()
    except ParseError as problem:
        raise refuse(where, f"không phải XML đúng / not well-formed XML: {problem}", _PLAIN) from None
    except DefusedXmlException:
        raise refuse(where, "XML có DTD hoặc thực thể / has a DTD or entities", _PLAIN) from None
    except (ValueError, LookupError) as problem:
        raise refuse(where, f"không đọc được mã chữ / unreadable encoding: {problem}", _PLAIN) from None
    if built.root is None:
        raise refuse(where, "không có gì trong tệp / nothing in it", _PLAIN)
    _name_places(built.root)
    return built.root


def _name_places(node: Node) -> None:
    alike = Counter((child.space, child.name) for child in node.children)
    seen = Counter[tuple[str, str]]()
    for child in node.children:
        kind = (child.space, child.name)
        seen[kind] += 1
        number = f"[{seen[kind]}]" if child.name in _NUMBERED or alike[kind] > 1 else ""
        child.path = "/".join(part for part in (node.path, child.name + number) if part)
        _name_places(child)
