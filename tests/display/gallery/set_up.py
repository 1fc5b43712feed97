"""The pages of a unit that is being set up, on every board: each step that somebody waits at, and everything wrong at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from device.first_boot import Access, FirstBoot, Step, Trouble
from display.look.glass import glass
from display.look.theme import Light, theme_in
from display.page import Page
from display.pages.set_up import set_up_pages
from evidence.pairing import link
from evidence.records import ClockState, Stamp
from evidence.self_test import Mark, SelfTest
from provisioning.first_boot import words
from tests.display.gallery.boards import Board
from tests.display.gallery.painted import measure
from tests.display.gallery.scenes import NOW

UNIT, PRINT = "bt-4f0c81d2aa", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
LINK = link("https://bangtin.tinh-mau.example", UNIT, PRINT, "q3Xx0-9_vB2kLmNa")
TESTS = (
    SelfTest(
        mark=Mark.NOT_READY,
        subject=("Chân 17: loa-1", "pin 17: loa-1"),
        observed=("đang ở mức bật khi chưa ai điều khiển", "active while nobody drives it"),
        do=("kiểm tra cực tính (active_high) và điện trở kéo", "check polarity (active_high) and the pull resistor"),
    ),
    SelfTest(
        mark=Mark.WARNING,
        subject=("Đồng hồ", "clock"),
        observed=("chưa tin được, không có RTC", "unknown, there is no RTC"),
        do=("nối mạng 15 phút; nơi không có sóng cần RTC có pin", "connect for 15 minutes; without coverage fit an RTC with a battery"),
    ),
    *(
        SelfTest(mark=Mark.GOOD, subject=subject, observed=("tốt", "good"))
        for subject in (("Màn hình", "screen"), ("Phông chữ", "fonts"), ("Âm thanh", "sound"), ("Thẻ nhớ", "storage"))
    ),
)
TROUBLES = (
    Trouble(
        where=("bangtin.toml: dòng 3", "bangtin.toml: line 3"),
        what=("dấu ngoặc cong “ của trình soạn văn bản", "a curly quote “ of a word processor"),
        do=('gõ lại bằng "', 'type " instead'),
    ),
    words.NO_ROUTE,
    words.wrong_clock("07:03 01/01/1970 UTC"),
)
ACCESS = Access(pin="481526", address="http://10.42.0.1:8480", until=9000.0, ssid="bangtin-4f0c", passphrase="suoi-trong-62-nui")


def told(step: Step, **more: object) -> FirstBoot:
    """What provisioning would say."""
    at = Stamp(wall=NOW, state=ClockState.UNKNOWN, boot="b", mono=60.0)
    return FirstBoot.model_validate({"at": at, "step": step, "unit": UNIT, "progress": words.PROGRESS.get(step), **more})


STORIES: dict[str, FirstBoot | None] = {
    "starting": None,
    "scan": told(Step.SCAN, link=LINK, code="048213", tests=TESTS),
    "wrong": told(Step.BOOT_FILE, troubles=TROUBLES, tests=TESTS),
    "access": told(Step.NETWORK, troubles=TROUBLES[1:2], tests=TESTS[1:], access=ACCESS),
    "confirm": told(Step.CONFIRM, tests=TESTS[1:]),
}


@dataclass(frozen=True)
class SetUpScene:
    """One *story* on one board in one light."""

    board: Board
    story: str
    column: str
    light: Light

    @property
    def name(self) -> str:
        """landscape-set-up-scan-day."""
        return f"{self.board.name}-set-up-{self.story}-{self.column}"

    def pages(self) -> tuple[Page, ...]:
        """As the board's program lays them out."""
        board = glass(self.board.size, eyes=self.board.eyes)
        return set_up_pages(STORIES[self.story], board.scale, theme_in(self.light), measure(), board.ems_a_second)


def set_up_scenes(board: Board) -> Iterator[SetUpScene]:
    """Every story of *board*."""
    for story in STORIES:
        for when, light in board.lights.items():
            yield SetUpScene(board, story, when, light)
