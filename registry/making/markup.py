"""What a text's Markdown would hide from every board, or leave on it as bare signs: each with its line and the way out."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it.token import Token

from bundle.errors import Complaint, Refused
from bundle.markdown import tokens_of
from registry.making.letters.spots import Within
from registry.making.surplus import surplus_cells

_MARK = "\0"  # where signs of emphasis stood that are not shown; no text holds it
_NUMBERS = re.compile(rf"\d+(?:{_MARK}+\d+)+")
_BARE = re.compile(r"(?<!\*)\*\*(?!\*)[^*]*\w[^*]*\*\*(?!\*)")
_EMPHASIS = {"em_open", "em_close", "strong_open", "strong_close"}
_SCHEME = re.compile(r"^(?:https?|mailto|tel):")


class _Fault(NamedTuple):
    """On *line* (from 0)."""

    line: int
    what: str
    do: str


def check_markup(text: str, where: str, within: Within) -> None:
    """Raise ``Refused`` for words of *text* that no board would show, and for emphasis that would not be one.

    *where* names the file and the field, *within* is where the text stands in that file.
    """
    found = [Complaint(where, f"dòng / line {within.line(0) + fault.line}: {fault.what}", fault.do) for fault in _faults(text)]
    if found:
        raise Refused(*found)


def _faults(text: str) -> Iterator[_Fault]:
    for row in surplus_cells(text):
        yield _Fault(
            row.line,
            f"bảng có {row.columns} cột, hàng này {row.cells} ô / the table has {row.columns} columns, this row {row.cells} cells",
            "thêm cột vào hàng đầu, hoặc viết \\| nếu dấu | là chữ / add a column to the head, or write \\| where | is a letter",
        )
    for token in tokens_of(text):
        line = token.map[0] if token.map else 0
        if token.type == "fence" and (said := token.info.strip()):
            advice = "viết chữ đó xuống dòng dưới / write it on the next line"
            yield _Fault(line, f"chữ sau {token.markup} không hiện: “{said}” / not shown after {token.markup}: “{said}”", advice)
        elif token.type == "inline":
            yield from _hidden_targets(token, line)
            yield from _emphasis(token, line)


def _hidden_targets(inline: Token, line: int) -> Iterator[_Fault]:
    children = inline.children or []
    for n, child in enumerate(children):
        match child.type:
            case "softbreak" | "hardbreak":
                line += 1
            case "image":
                yield from _hidden(line, child.content, child)
            case "link_open" if child.markup != "autolink":
                end = next(m for m in range(n, len(children)) if children[m].type == "link_close")
                yield from _hidden(line, "".join(each.content for each in children[n:end]), child)
            case _:
                pass


def _hidden(line: int, shown: str, link: Token) -> Iterator[_Fault]:
    for target in (unquote(str(link.attrs.get(name, ""))) for name in ("href", "src", "title")):
        if _letters(target) not in _letters(shown):
            yield _Fault(
                line,
                f"bảng chỉ hiện “{shown}”, không hiện “{target}” / a board shows “{shown}” only, not “{target}”",
                "viết ra thành chữ; ở tin, địa chỉ đưa vào mục link, ảnh vào mục pictures / "
                "write it out; of a notice, an address is given as link, a picture in pictures",
            )


def _letters(text: str) -> str:
    """What somebody would have to write down of an address."""
    return re.sub(r"[\W_]", "", _SCHEME.sub("", text).lower())


def _emphasis(inline: Token, line: int) -> Iterator[_Fault]:
    seen = "".join(_seen(child) for child in inline.children or [])
    for found in _NUMBERS.finditer(seen):
        left = found[0].replace(_MARK, "")
        yield _Fault(
            line + seen.count("\n", 0, found.start()),
            f"dấu * giữa các số sẽ mất, bảng hiện “{left}” / the * between numbers would be lost, a board shows “{left}”",
            "viết ×, hoặc để dấu cách hai bên dấu * / write ×, or leave a space on both sides of the *",
        )
    # Signs that were written to be seen have a backslash before them.
    if (bare := _BARE.search(seen)) and seen.count("*") > inline.content.count("\\*"):
        left = bare[0].replace(_MARK, "")
        yield _Fault(
            line + seen.count("\n", 0, bare.start()),
            f"bảng sẽ hiện cả dấu sao, “{left}” / a board would show the asterisks, “{left}”",
            "để dấu cách ở ngoài cặp **, không ở trong: **Lưu ý:** mang theo; cần hiện dấu sao thì viết \\* / "
            "leave a space outside the pair of **, none inside; where asterisks are meant write \\*",
        )


def _seen(child: Token) -> str:
    if child.type in _EMPHASIS:
        return _MARK
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    return child.content if child.type == "text" else " "
