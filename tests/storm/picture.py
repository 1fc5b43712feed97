"""The night as one picture for the documentation: what came, what the board showed, what was heard, when the light was lit.

``python -m tests.storm.picture`` replays it and writes ``docs/alerts/storm-night.png``.
"""

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bundle.alert import MessageType, RiskLevel, Status
from display.look.emergency import LEVELS
from tests.storm.night import Night, Seen
from tests.storm.story import MINUTE, Sent, Story
from tests.storm.unit import Unit

PICTURE = Path(__file__).parents[2] / "docs" / "alerts" / "storm-night.png"
NIGHT = Path(__file__).with_name("night.toml")
NOTO = "/usr/share/fonts/truetype/noto/NotoSans-{}.ttf"
LEFT, WIDE, TALL, PER_MINUTE = 190, 2070, 990, 5
INK, PALE, PAPER, LIT, GREEN, GREY = (28, 30, 34), (140, 146, 154), (255, 255, 255), (255, 140, 0), (20, 130, 70), (226, 229, 233)
LANES = {"tinh": "tỉnh · province", "xa": "xã · commune", "feed": "nguồn tự động · feed"}
BOARD, SOUND, LIGHT, AXIS = 430, 590, 785, 865
BOARD_TALL = 84
WORDS = {"tin": ("tin thường", "notices"), "dien-tap": ("diễn tập", "drill")}


def _is(each: Sent, kind: MessageType, wake: bool = False) -> bool:
    return each.alert is not None and each.alert.message_type is kind and each.alert.wake is wake


MARKS: tuple[tuple[Callable[[Sent], bool], str], ...] = (
    (lambda each: _is(each, MessageType.ALERT), "tin mới · new"),
    (lambda each: _is(each, MessageType.UPDATE), "cập nhật · update"),
    (lambda each: _is(each, MessageType.UPDATE, True), "đánh thức · wakes people"),
    (lambda each: _is(each, MessageType.CANCEL), "hủy · cancel"),
    (lambda each: bool(each.stopped), "một người dừng · stopped by one person"),
    (lambda each: each.alert is not None and each.alert.status is not Status.ACTUAL, "diễn tập, nháp, lặp lại · drill, draft, repeat"),
)


class Picture:
    """Draws *seen* beside *story*."""

    def __init__(self, story: Story, seen: Seen) -> None:
        self.story, self.seen = story, seen
        self.image = Image.new("RGB", (WIDE, TALL), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.small, self.plain = (ImageFont.truetype(NOTO.format("Regular"), size) for size in (17, 22))
        self.bold = ImageFont.truetype(NOTO.format("Bold"), 30)
        self.levels = {each.alert.identifier: each.alert.level for each in story.sent if each.alert}
        self.cancels = {each.alert.identifier for each in story.sent if each.alert and each.alert.message_type is MessageType.CANCEL}
        self.drills = {each.alert.identifier for each in story.sent if each.alert and each.alert.status is Status.EXERCISE}

    def made(self) -> Image.Image:
        """All of it."""
        title = f"Một đêm bão, {len(self.story.sent)} tin trong 6 giờ · A night of storm, {len(self.story.sent)} messages in 6 hours"
        self.draw.text((LEFT, 22), title, INK, self.bold)
        self._hours()
        self._arrived()
        self._board()
        self._heard()
        self._light()
        self._cut()
        self._legend()
        return self.image

    def x(self, moment: datetime) -> float:
        """Where *moment* stands."""
        return LEFT + (moment - self.story.begins) / MINUTE * PER_MINUTE

    def _hours(self) -> None:
        moment = self.story.begins
        while moment <= self.story.ends:
            self.draw.line((self.x(moment), 84, self.x(moment), AXIS), GREY, 2)
            self.draw.text((self.x(moment), AXIS + 6), f"{moment:%H:%M}", INK, self.plain, "ma")
            moment += timedelta(minutes=30)

    def _name(self, at: int, vietnamese: str, english: str) -> None:
        self.draw.text((LEFT - 16, at - 26), vietnamese, INK, self.plain, "ra")
        self.draw.text((LEFT - 16, at + 2), english, PALE, self.small, "ra")

    def _arrived(self) -> None:
        ends: dict[int, float] = {}
        for lane, (who, name) in enumerate(LANES.items()):
            middle = 120 + lane * 105
            self.draw.text((LEFT - 16, middle), name.split(" · ")[0], INK, self.plain, "rm")
            self.draw.text((LEFT - 16, middle + 24), name.split(" · ")[1], PALE, self.small, "rm")
            for each in (each for each in self.story.sent if each.by == who):
                x = self.x(each.when)
                self._mark(x, middle, each)
                if who == "feed" and not each.alert.identifier.endswith("-1"):
                    continue
                label = "dừng lu-12" if each.stopped else "lặp lại" if each.alert is None else each.alert.identifier
                label = "mua-1 … mua-10" if who == "feed" else label
                # Names that would touch go one line lower.
                row = next(row for row in range(3) if ends.get(lane * 3 + row, 0.0) < x)
                self.draw.text((x - 4, middle + 14 + 20 * row), label, INK, self.small)
                ends[lane * 3 + row] = x + self.draw.textlength(label, self.small) + 6

    def _mark(self, x: float, y: float, each: Sent) -> None:
        alert = each.alert
        if each.stopped or (alert is not None and alert.message_type is MessageType.CANCEL):
            for sign in (-1, 1):
                self.draw.line((x - 7, y - 7 * sign, x + 7, y + 7 * sign), GREEN if not each.stopped else (180, 0, 0), 4)
            return
        if alert is None or alert.status is not Status.ACTUAL:
            self.draw.ellipse((x - 7, y - 7, x + 7, y + 7), PAPER, INK, 2)
            return
        colour = LEVELS[RiskLevel(alert.level)].colour
        if alert.message_type is MessageType.ALERT:
            self.draw.polygon(((x, y - 11), (x + 10, y + 8), (x - 10, y + 8)), colour, INK)
        else:
            self.draw.ellipse((x - 7, y - 7, x + 7, y + 7), colour, INK)
        if alert.wake:
            self.draw.ellipse((x - 11, y - 11, x + 11, y + 11), None, INK, 2)

    def _board(self) -> None:
        self._name(BOARD + 50, "bảng", "board")
        for minute, name in self.seen.board.items():
            # What the board turns through in one minute stands one above the other, the highest level at the top.
            shown = sorted(self.seen.turns[minute] & self.story.board[minute], key=lambda each: -self.levels.get(each, 0)) or [name]
            tall = BOARD_TALL / len(shown)
            for n, each in enumerate(shown):
                fill = PAPER if each == "-" else (244, 240, 228) if each == "tin" else GREY
                fill = LEVELS[RiskLevel(self.levels[each])].colour if each in self.levels and each not in self.drills else fill
                self.draw.rectangle((self.x(minute), BOARD + n * tall, self.x(minute + MINUTE), BOARD + (n + 1) * tall), fill)
        free = 0.0
        for names, stretch in groupby(self.story.board.items(), key=lambda each: each[1]):
            first, (word,) = next(iter(stretch))[0], names if len(names) == 1 else ("",)
            if word in WORDS and self.x(first) > free:
                free = self.x(first) + 100
                for n, line in enumerate(WORDS[word]):
                    self.draw.text((self.x(first) + 3, BOARD + BOARD_TALL + 4 + 20 * n), line, PALE, self.small)
        self.draw.rectangle((self.x(self.story.begins), BOARD, self.x(self.story.ends), BOARD + BOARD_TALL), None, INK, 2)

    def _heard(self) -> None:
        self._name(SOUND + 34, "loa", "loudspeaker")
        self.draw.line((LEFT, SOUND + 64, self.x(self.story.ends), SOUND + 64), INK, 2)
        free = 0.0
        for minute, names in self.seen.heard.items():
            for n, name in enumerate(names):
                colour = GREEN if name in self.cancels else LEVELS[RiskLevel(self.levels[name])].colour
                x = self.x(minute) + 2 * n
                self.draw.rectangle((x, SOUND + 10, x + PER_MINUTE - 1, SOUND + 63), colour, INK)
            said = "mua 1–3" if len(names) > 1 else names[0]
            hour = (minute, names[0]) in self.seen.with_hour
            free = max(free, self.x(minute))
            self._upright(free, SOUND + 70, said + (" + giờ phát tin" if hour else ""))
            free += 19

    def _upright(self, x: float, y: float, text: str) -> None:
        wide = int(self.draw.textlength(text, self.small)) + 4
        strip = Image.new("RGB", (wide, 24), PAPER)
        ImageDraw.Draw(strip).text((0, 0), text, INK, self.small)
        self.image.paste(strip.rotate(-90, expand=True), (int(x) - 9, int(y)))

    def _light(self) -> None:
        self._name(LIGHT + 62, "đèn", "beacon")
        for minute, lit in self.seen.lit.items():
            if lit:
                self.draw.rectangle((self.x(minute), LIGHT + 42, self.x(minute + MINUTE), LIGHT + 70), LIT, LIT)
        self.draw.rectangle((self.x(self.story.begins), LIGHT + 42, self.x(self.story.ends), LIGHT + 70), None, INK, 2)

    def _cut(self) -> None:
        first, last = self.x(self.story.off), self.x(self.story.on)
        for top, tall in ((BOARD, BOARD_TALL), (LIGHT + 42, 28)):
            for step in range(0, int(last - first), 4):
                self.draw.line((first + step, top, first + step, top + tall), PALE, 1)
        self.draw.text(((first + last) / 2, BOARD - 24), "mất điện · power cut", INK, self.small, "ma")

    def _legend(self) -> None:
        y, x = AXIS + 54, LEFT
        for level, found in LEVELS.items():
            self.draw.rectangle((x, y - 9, x + 26, y + 9), found.colour, INK)
            self.draw.text((x + 34, y), f"cấp {level.value} · level {level.value}", INK, self.small, "lm")
            x += 190
        x, y = LEFT - 26, y + 38
        for names, words in MARKS:
            x += 36
            self._mark(x, y, next(each for each in self.story.sent if names(each)))
            self.draw.text((x + 18, y), words, INK, self.small, "lm")
            x += 18 + self.draw.textlength(words, self.small)


def main() -> None:
    """Replay the night and draw it."""
    story = Story(NIGHT)
    with tempfile.TemporaryDirectory() as folder, closing(Unit(Path(folder), story)) as unit:
        seen = Night(unit, story).replay()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    Picture(story, seen).made().save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
