"""From the elements of a message to our model; whatever cannot be read is complained of and stands in by something harmless."""

import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bundle.alert import Reference, Status
from bundle.base import clean
from registry.alerts.cap.message import UNREAD, CapArea, CapMessage, Info, Pair
from registry.alerts.cap.moments import read_time
from registry.alerts.cap.reader import Node
from registry.alerts.cap.resources import read_resource
from registry.alerts.cap.shapes import read_circle, read_polygon
from registry.alerts.cap.words import one_line, read_words
from registry.alerts.codes import CapType, Category, Certainty, ResponseType, Scope, Severity, Urgency
from registry.making.findings import Findings, did_you_mean

_NAME = re.compile(r"[^\s,<&]{1,120}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
ENGLISH_US = "en-US"
"""What CAP 1.2 takes for the language of an info that names none."""
_STRANGE = "có dấu cách, phẩy, < hoặc & (CAP cấm), không NFC, hay dài quá 120 / holds a blank, comma, < or &, no NFC, or over 120 letters"
_TRIPLET = "viết sender,identifier,sent, nhiều tin cách nhau bằng dấu trống / write sender,identifier,sent, several separated by blanks"

C = TypeVar("C", bound=StrEnum)


class Parts:
    """Reads one message; *findings* are what makes it unusable, *remarks* what was understood in spite of its form."""

    def __init__(self, findings: Findings, remarks: Findings, files_inside: bool) -> None:
        self._findings, self._remarks, self._files_inside = findings, remarks, files_inside

    def message(self, root: Node) -> CapMessage:
        """The whole message."""
        return CapMessage(
            identifier=self._name(root, "identifier"),
            sender=self._name(root, "sender"),
            sent=self._time(root, "sent") or UNREAD,
            status=self._code(root, "status", Status, Status.ACTUAL),
            kind=self._code(root, "msgType", CapType, CapType.ERROR),
            scope=self._code(root, "scope", Scope, Scope.PUBLIC),
            restriction=root.text_of("restriction"),
            addresses=root.text_of("addresses"),
            source=root.text_of("source"),
            codes=tuple(each.text.strip() for each in root.all("code")),
            note=root.text_of("note"),
            references=tuple(self._references(root)),
            names_others=bool(root.text_of("references")),
            incidents=root.text_of("incidents"),
            infos=tuple(self._info(info) for info in root.all("info")),
        )

    def _info(self, info: Node) -> Info:
        return Info(
            path=info.path,
            line=info.line,
            language=self._language(info),
            categories=tuple(self._codes(info, "category", Category)),
            event=one_line(self._words(info, "event")),
            responses=tuple(self._codes(info, "responseType", ResponseType)),
            urgency=self._code(info, "urgency", Urgency, Urgency.UNKNOWN),
            severity=self._code(info, "severity", Severity, Severity.UNKNOWN),
            certainty=self._code(info, "certainty", Certainty, Certainty.UNKNOWN),
            codes=_pairs(info, "eventCode"),
            effective=self._time(info, "effective"),
            onset=self._time(info, "onset"),
            expires=self._time(info, "expires"),
            sender_name=one_line(self._words(info, "senderName")),
            headline=one_line(self._words(info, "headline")),
            description=self._words(info, "description"),
            instruction=self._words(info, "instruction"),
            web=info.text_of("web"),
            contact=one_line(self._words(info, "contact")),
            parameters=_pairs(info, "parameter"),
            resources=tuple(read_resource(each, self._files_inside, self._findings) for each in info.all("resource")),
            areas=tuple(self._area(each) for each in info.all("area")),
        )

    def _area(self, area: Node) -> CapArea:
        polygons = [read_polygon(each.text, each.place(), self._findings) for each in area.all("polygon")]
        circles = [read_circle(each.text, each.place(), self._findings) for each in area.all("circle")]
        return CapArea(
            description=one_line(self._words(area, "areaDesc")),
            codes=_pairs(area, "geocode"),
            polygons=tuple(polygon for polygon in polygons if polygon),
            circles=tuple(circle for circle in circles if circle),
        )

    def _name(self, node: Node, name: str) -> str:
        """An identity's part: kept to the letter, so nothing in it is mended."""
        text = node.text_of(name)
        if text and not _is_name(text):
            self._findings.add(node.place(name), f"“{text[:60]}” {_STRANGE}", "đặt lại mã không có chúng / write it without them")
            return ""
        return text

    def _time(self, node: Node, name: str) -> datetime | None:
        text = node.text_of(name)
        return read_time(text, node.place(name), self._findings, self._remarks) if text else None

    def _code(self, node: Node, name: str, codes: type[C], harmless: C) -> C:
        return next(iter(self._codes(node, name, codes)), harmless)

    def _codes(self, node: Node, name: str, codes: type[C]) -> Iterator[C]:
        known = [code.value for code in codes]
        for each in node.all(name):
            word = each.text.strip()
            if word in known:
                yield codes(word)
            elif word:
                what = f"“{word[:40]}” không phải mã của CAP / is no code word of CAP"
                self._findings.add(each.place(), what, did_you_mean(word, known))

    def _words(self, node: Node, name: str) -> str:
        found = node.first(name)
        return read_words(found.text, found.place(), self._findings, self._remarks) if found else ""

    def _language(self, info: Node) -> str:
        text = info.text_of("language")
        if text and not _LANGUAGE.fullmatch(text):
            what = f"“{text[:40]}” không phải mã tiếng / is no language tag (BCP 47)"
            self._findings.add(info.place("language"), what, "viết như / write it like: vi-VN, km, hmn")
        return text or ENGLISH_US

    def _references(self, root: Node) -> Iterator[Reference]:
        where = root.place("references")
        for triplet in root.text_of("references").split():
            match triplet.split(","):
                case [sender, identifier, sent] if _is_name(sender) and _is_name(identifier):
                    at = read_time(sent, where, self._findings, self._remarks)
                    if at != UNREAD:
                        yield Reference(sender=sender, identifier=identifier, sent=at)
                case _:
                    self._findings.add(where, f"“{triplet[:80]}” không phải một bộ ba / is no triplet", _TRIPLET)


def _pairs(node: Node, name: str) -> tuple[Pair, ...]:
    return tuple(Pair(system=each.text_of("valueName"), value=each.text_of("value")) for each in node.all(name))


def _is_name(text: str) -> bool:
    """Whether CAP allows *text* as a part of an identity, and a journal can write it."""
    try:
        return bool(_NAME.fullmatch(clean(text)))
    except ValueError:
        return False
