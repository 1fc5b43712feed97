"""What the gallery shows: each tongue by day and by night, in an emergency of each level, and in an exercise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bundle.alert import Alert, MessageType, RiskLevel, Status
from bundle.items import Notice, Provenance, Wording
from director.decision import AlertPage, NoticePage, ScreenDecision
from display.look.theme import Light
from tests.display.gallery.boards import Board
from tests.display.gallery.words import ALERTS, NOTICES
from tests.display.samples import running_lines

NOW = datetime(2026, 11, 21, 0, 45, tzinfo=UTC)
CHANNEL = "vn.20.06001"
WHO = Provenance(author="Lò Thị Mẩy", approver="Vàng A Sử", issuing_body="UBND xã Suối Trong", document_number="Số 12/TB-UBND")
CONTACT = "Nhà văn hóa thôn · ĐT 0200 000 000"
LINK = "https://suoitrong.example/tin/12"
TONGUES = {"vi": "Việt", "km": "ខ្មែរ", "hmn": "Hmoob", "mixed": "Việt + Tày, Nùng + Hmoob + ខ្មែរ"}
TICKER = ("Chiều nay có mưa dông, bà con thu lúa phơi ngoài sân.", "Sáng thứ Hai thu gom rác thải nhựa tại đầu thôn.")


@dataclass(frozen=True)
class Scene:
    """One decision on one board: *row* is its tongue, *column* what kind of page it is, in the *light* around the board."""

    board: Board
    row: str
    column: str
    light: Light
    decision: ScreenDecision

    @property
    def name(self) -> str:
        """landscape-vi-day."""
        return f"{self.board.name}-{self.row}-{self.column}"


def scenes(board: Board) -> Iterator[Scene]:
    """Every scene of *board*."""
    for tongue in TONGUES:
        for when, light in board.lights.items():
            night = "" if when == "day" else f"-{when}"
            yield Scene(board, tongue, when, light, notice(tongue))
            for level in RiskLevel:
                yield Scene(board, tongue, f"level-{int(level)}{night}", light, alert(tongue, level))
            yield Scene(board, tongue, f"exercise{night}", light, alert(tongue, RiskLevel.ORANGE, Status.EXERCISE))
            yield Scene(board, tongue, f"test{night}", light, alert(tongue, RiskLevel.RED, Status.TEST))


def notice(tongue: str) -> ScreenDecision:
    """An ordinary page with a running line, a link and the way to answer."""
    title, body = NOTICES[tongue]
    language = "vi" if tongue == "mixed" else tongue
    wording = Wording(language=language, title=title, body=body)
    versions = (wording,) if language == "vi" else (Wording(language="vi", title="Thông báo", body="…"), wording)
    return _decision(
        NoticePage(CHANNEL, 3, Notice(id=f"tin-{tongue}", provenance=WHO, versions=versions, link=LINK), wording, 2, 9), TICKER
    )


def alert(tongue: str, level: RiskLevel, status: Status = Status.ACTUAL) -> ScreenDecision:
    """A flash flood, in one tongue or alternating between all of them."""
    texts = tuple(ALERTS.values()) if tongue == "mixed" else (ALERTS[tongue],)
    message = Alert(
        sender="pctt.vn20",
        identifier="LQ-2026-07",
        sent=NOW,
        status=status,
        message_type=MessageType.ALERT,
        event="Lũ quét",
        level=level,
        expires=NOW + timedelta(hours=11),
        versions=tuple(ALERTS.values()),
        provenance=WHO,
    )
    return _decision(AlertPage("vn.20", message, texts), ())


def _decision(main: NoticePage | AlertPage, ticker: tuple[str, ...]) -> ScreenDecision:
    return ScreenDecision(main=main, until=None, ticker=running_lines(*ticker), area_name="Xã Suối Trong", contact=CONTACT)
