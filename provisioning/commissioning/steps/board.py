"""The board, by a technician's eyes: its test card up close, and its letters from the street."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from device.paths import Paths
from device.screen import ScreenDriver
from device.status import fresh, read_status
from device.test_card import hide_test_card, show_test_card
from evidence.report import ProgramStatus
from provisioning.advice import PLUG
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site
from provisioning.probe import Finding, Pair, Verdict, halves
from provisioning.questions import Choice, Number

SAID_LATELY = 15.0
"""Seconds: the board repeats itself every five."""
PICTURE: Pair = ("Hình trên bảng", "the board's picture")
LETTERS: Pair = ("Chữ trên bảng nhìn từ đường", "the board's letters from the street")
WHOLE: Pair = ("đủ bốn góc, màu đúng thứ tự", "four corners, colours in their order")
_SEEN: dict[str, tuple[Pair, Pair]] = {
    "right": (("Đủ bốn góc 1 2 3 4, màu đúng tên", "four corners 1 2 3 4, colours as named"), ("", "")),
    "cut": (
        ("Thiếu góc, hoặc lệch khỏi khung", "a corner is missing, or it is off the frame"),
        (
            "tắt overscan của màn hình; sửa [screen] canvas, width, height trong bangtin.toml trên thẻ",
            "switch its overscan off; correct [screen] canvas, width, height in bangtin.toml on the card",
        ),
    ),
    "turned": (
        ("Hình nằm ngang hoặc ngược", "it lies on its side or upside down"),
        ("sửa chiều màn hình, hoặc tấm LED", "turn the screen's rotation, or the LED panels' order"),
    ),
    "colours": (
        ("Màu sai tên (đỏ thành xanh…)", "colours do not match their names"),
        ("thẻ LED: đổi thứ tự RGB; màn hình: thay dây", "LED card: change the order of RGB; screen: change the cable"),
    ),
    "nothing": (
        ("Không thấy hình", "no picture"),
        ("bật màn hình, chọn đúng ngõ vào, kiểm tra dây", "switch it on, choose its input, check the cable"),
    ),
}


@dataclass(frozen=True)
class Picture:
    """Asks what is seen of the test card, while it stands on the board."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """What is right is settled; a board whose program does not show anything is not even asked about."""
        if blind := _blind(site):
            return Outcome((blind,), settled=False)
        options = tuple((value, words) for value, (words, _) in _SEEN.items())
        words = ("Bảng đang hiện hình thử. Bạn thấy gì?", "The board shows a test card. What do you see?")
        with _card(site):
            seen = site.technician.ask(Choice("picture", words, options))
        observed, do = _SEEN[seen]
        if seen != "right":
            return Outcome((Finding(Verdict.NOT_READY, PICTURE, observed, WHOLE, do),), settled=False)
        return Outcome((*_simulated(site), Finding(Verdict.GOOD, PICTURE, observed, WHOLE)), settled=True)


@dataclass(frozen=True)
class Legible:
    """Asks from how far the card's line is read by somebody who walks away from it."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Read from as far as the settings want: settled."""
        if blind := _blind(site):
            return Outcome((blind,), settled=False)
        least = site.settings.limits.legible_m
        wanted = (f"từ {least:g} m", f"from {least:g} m")
        words = ("Đi ra xa: đọc được dòng chữ từ bao nhiêu mét?", "Walk away: from how many metres can you read the line of text?")
        hint = (f"cần {least:g} m; đứng ở chỗ người dân đi qua", f"{least:g} m are wanted; stand where people pass")
        with _card(site):
            metres = site.technician.ask(Number("legible", words, "m", 0, 500, hint=hint))
        observed = (f"{metres:g} m", f"{metres:g} m")
        if metres >= least:
            return Outcome((Finding(Verdict.GOOD, LETTERS, observed, wanted),), settled=True)
        do = (
            "tăng độ sáng, xoay bảng khỏi nắng; đặt [screen] distance_m trong bangtin.toml trên thẻ để chữ to hơn",
            "raise the brightness, turn it out of the sun; set [screen] distance_m in bangtin.toml on the card for larger letters",
        )
        return Outcome((Finding(Verdict.NOT_READY, LETTERS, observed, wanted, do),), settled=False)


@contextmanager
def _card(site: Site) -> Iterator[None]:
    show_test_card(site.paths, site.clock.now())
    try:
        yield
    finally:
        hide_test_card(site.paths)


def _blind(site: Site) -> Finding | None:
    """Why nobody can be asked about the board: its program shows nothing now."""
    status = _status(site.paths, site)
    wanted = ("bảng tin đang hiện", "the board is showing")
    if status is None:
        return Finding(Verdict.NOT_READY, PICTURE, ("chương trình bảng không chạy", "the board's program does not run"), wanted, PLUG)
    if not status.ready and status.showing is None:
        do = (
            "bật màn hình, kiểm tra dây HDMI và [screen] trong bangtin.toml trên thẻ",
            "switch the screen on, check its cable and [screen] in bangtin.toml on the card",
        )
        return Finding(Verdict.NOT_READY, PICTURE, halves("; ".join(status.reasons) or "?"), wanted, do)
    return None


def _status(paths: Paths, site: Site) -> ProgramStatus | None:
    status = read_status(paths, "display")
    return status if fresh(status, site.clock.now(), SAID_LATELY) else None


def _simulated(site: Site) -> tuple[Finding, ...]:
    if site.settings.screen.driver is not ScreenDriver.HEADLESS:
        return ()
    do = ("không ai nhìn thấy gì", "nobody sees anything")
    return (Finding(Verdict.WARNING, ("Màn hình", "screen"), ("mô phỏng", "simulated"), ("màn hình thật", "a real screen"), do),)
