"""From a CAP message to our alert: its languages, its level and its places by the tables of its source, never wider than the channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from bundle.alert import Alert, AlertText, MessageType, RiskLevel
from bundle.area import AreaCode, covers
from bundle.errors import Refused
from bundle.items import VIETNAMESE, Provenance
from registry.alerts.cap.message import CapArea, CapMessage, Info
from registry.alerts.cap.rules import differing
from registry.alerts.cap.words import as_markdown, one_line
from registry.alerts.codes import CapType
from registry.alerts.openings import opened
from registry.alerts.sources import Source
from registry.making.breaks import with_breaks
from registry.making.findings import Findings
from registry.making.scripts import check_script

_TYPES = {CapType.ALERT: MessageType.ALERT, CapType.UPDATE: MessageType.UPDATE, CapType.CANCEL: MessageType.CANCEL}
_HEADLINE, _LINK = 100, 200
_UNSIGNED = "nguồn tự gửi, chưa ai ở đây duyệt / sent by its source, nobody here has approved it"


@dataclass(frozen=True)
class ToAlert:
    """How one source's messages become alerts of *channel*; *findings* and *remarks* as in `Parts`."""

    source: Source
    channel: AreaCode
    findings: Findings
    remarks: Findings

    def alert(self, message: CapMessage) -> Alert | None:
        """The alert; None when something in *findings* forbids it."""
        versions = tuple(self._versions(message))
        areas = self._areas(message)
        level = self._level(message)
        self._agree(message)
        kind = _TYPES.get(message.kind)
        if kind is None or self.findings:
            return None
        first = message.infos[0] if message.infos else None
        try:
            return Alert(
                sender=message.sender,
                identifier=message.identifier,
                sent=message.sent,
                status=message.status,
                message_type=kind,
                references=message.references,
                event=self._event(message) or kind.value,
                level=level,
                onset=first.onset if first else None,
                expires=self.ends(message),
                areas=areas,
                versions=versions,
                airings=self.source.airings,
                link=_link(message.infos),
                provenance=self._provenance(message),
            )
        except ValidationError as problem:
            self.findings.take_invalid(problem, "alert", Alert)
            return None

    def _event(self, message: CapMessage) -> str:
        """In Vietnamese: officers read it, and by it two messages are about the same matter."""
        return next((info.event for language, info in self._in_languages(message.infos) if language == VIETNAMESE), "")

    def ends(self, message: CapMessage) -> datetime:
        """When it is over: as it says, else after the life that its source's alerts have."""
        told = [info.expires for info in message.infos if info.expires]
        return max(told) if told else message.sent + timedelta(hours=self.source.life_hours)

    def _provenance(self, message: CapMessage) -> Provenance:
        # What a message calls itself is anybody's word, and may be an officer's name: the author is the source as we know it.
        ours, told = self.source.name, next((info.sender_name for info in message.infos if info.sender_name), "")
        author = _shortened(f"{ours} ({told})") if told not in ("", ours) else ours
        return Provenance(author=author, approver=ours, issuing_body=self.source.issuing_body, exception=_UNSIGNED)

    def _versions(self, message: CapMessage) -> Iterator[AlertText]:
        if not message.infos and message.kind is CapType.CANCEL:
            yield from (AlertText(language=language, **words.model_dump()) for language, words in self.source.ended.items())
        found = list(self._in_languages(message.infos))
        order = list(self.source.languages.values())
        told = set[str]()
        for language, info in sorted(found, key=lambda each: order.index(each[0])):
            made = self._version(message, info, language)
            if language in told:
                self.remarks.add(info.place(), f"tiếng “{language}” đã có bản trước, bỏ qua / has a version before it, left out")
            elif made:
                told.add(language)
                yield made
        if message.infos and VIETNAMESE not in dict(found):
            what = "thiếu tiếng Việt / the Vietnamese version is missing"
            self.findings.add("info", what, "thêm info có / add an info with: <language>vi-VN</language>")

    def _in_languages(self, infos: Sequence[Info]) -> Iterator[tuple[str, Info]]:
        for info in infos:
            ours = self.source.language(info.language)
            if ours is None:
                what = f"tiếng “{info.language}” không khai cho nguồn này, bỏ qua / not declared for this source, left out"
                self.remarks.add(info.place(), what, "thêm vào languages của nguồn / add it to the source's languages")
            else:
                yield ours, info

    def _version(self, message: CapMessage, info: Info, language: str) -> AlertText | None:
        told = _without_sender(info.headline, info.sender_name) or info.event
        headline = opened(told, message.status, language)
        ours = [area for area in info.areas if any(self._codes_of(area, info))] or info.areas
        where = ", ".join(dict.fromkeys(area.description for area in ours if area.description))
        if len(told) > _HEADLINE:
            what = f"dài {len(told)} chữ, bảng chỉ hiện rõ {_HEADLINE} / too long for a board"
            self.findings.add(info.place("headline"), what, "viết ngắn lại / shorten it, details in description")
        check_script(f"{told} {info.description} {info.instruction}", language, info.place(), self.findings)
        advice = self.source.advice.get(language, {})
        to_do = as_markdown(info.instruction) or "\n\n".join(advice[each] for each in info.responses if each in advice)
        try:
            return AlertText(
                language=language,
                headline=with_breaks(headline, info.place("headline")),
                description=with_breaks(as_markdown(info.description), info.place("description")),
                instruction=with_breaks(to_do, info.place("instruction")),
                where=with_breaks(_shortened(where) or "–", info.place("area")),
            )
        except Refused as refused:
            self.findings.take(refused)
        except ValidationError as problem:
            self.findings.take_invalid(problem, info.place(), AlertText)
        return None

    def _level(self, message: CapMessage) -> RiskLevel:
        return max((self._level_of(info) for info in message.infos), default=RiskLevel.LIGHT_BLUE)

    def _level_of(self, info: Info) -> RiskLevel:
        if told := self.source.level_parameter:
            for pair in info.parameters:
                if pair.system == told.kind and pair.value in told.levels:
                    return told.levels[pair.value]
                if pair.system == told.kind:
                    self.remarks.add(info.place(), f"{told.kind} = “{pair.value[:40]}”: không có trong bảng / is not in the table")
        return max(rule.level for rule in self.source.level if rule.holds(info.severity, info.urgency, info.certainty))

    def _areas(self, message: CapMessage) -> tuple[AreaCode, ...]:
        per_info = [self._areas_of(info) for info in message.infos]
        found = tuple(dict.fromkeys(area for areas in per_info for area in areas))
        if not found and message.kind in (CapType.ALERT, CapType.UPDATE) and message.infos:
            what = f"không có nơi nào thuộc {self.channel} / no place of this channel"
            do = "kiểm tra geocode và bảng mã của nguồn / check the geocodes and the source's tables"
            self.findings.add("info/area", what, do)
        for info, areas in zip(message.infos, per_info, strict=True):
            if set(areas) != set(found):
                what = "nơi không giống info trước / other places than in the info before"
                self.findings.add(info.place(), what, "mỗi nơi một tin / send one message for each place")
        return found

    def _areas_of(self, info: Info) -> list[AreaCode]:
        return [code for area in info.areas for code in self._codes_of(area, info)]

    def _codes_of(self, area: CapArea, info: Info) -> Iterator[AreaCode]:
        declared = [kind.kind for kind in self.source.geocode]
        for unknown in dict.fromkeys(pair.system for pair in area.codes if pair.system not in declared):
            what = f"loại mã “{unknown[:60]}” không khai cho nguồn này, không khớp nơi nào / is not declared, matches nothing"
            self.remarks.add(info.place("area"), what)
        for kind in self.source.geocode:
            told = info.parameters if kind.parameter else area.codes
            codes = [code for pair in told if pair.system == kind.kind for code in kind.codes(pair.value)]
            for code in codes:
                yield from self._within(kind.area(code) or "")
            if codes:
                return
        if area.polygons or area.circles:
            what = "chỉ có hình vẽ: giữ và vẽ, chưa khớp nơi nào theo hình / only shapes: kept and drawn, not yet matched to places"
            self.remarks.add(info.place("area"), what)

    def _within(self, place: str) -> Iterator[AreaCode]:
        """*place*, but no wider than the channel and than what its source may speak for; nothing when it is another's."""
        if ours := _common(place, self.channel):
            yield from (found for area in self.source.areas if (found := _common(ours, area)))

    def _agree(self, message: CapMessage) -> None:
        for info, name in differing(message.infos):
            what = f"{name} khác info đầu / is not that of the first info"
            self.findings.add(info.place(name), what, "mọi tiếng cùng một giờ / the same time in all languages")


def _without_sender(headline: str, sender: str) -> str:
    """*headline* without the name of its sender at the end: the board says below who sent it, and small boards have three lines."""
    return headline.removesuffix(sender).rstrip(" ,;:–-·") if sender and headline.endswith(sender) else headline


def _common(one: str, other: str) -> str | None:
    """The smaller of two areas of which one holds the other."""
    return other if covers(one, other) else one if covers(other, one) else None


def _link(infos: Sequence[Info]) -> str | None:
    web = next((info.web for info in infos if info.web.startswith(("http://", "https://")) and len(info.web) <= _LINK), None)
    return web if web and not any(sign.isspace() for sign in web) else None


def _shortened(words: str) -> str:
    line = one_line(words)
    return line if len(line) <= 300 else f"{line[:299]}…"
