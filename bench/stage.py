"""The reference scene of a board: a picture behind a text zone that turns its pages, a clock, a running line; ours, a browser's, a floor.

``python -m bench.stage ours PICTURE`` plays it with the product's own painter, presenter and pulse on the screen of ``DISPLAY``;
``floor`` only copies the pixels that must change, as a plain loop around the same library would.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pygame

from bundle.asset import MediaType, Picture
from device.boottime import boottime
from device.memory import give_back_large_blocks
from display.look.theme import NIGHT
from display.media.pictures import Pictures
from display.page import Align, ClockSlot, Face, Fill, Image, Line, Page, Rect, TickerSlot, plain
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.moving import Now
from display.showing.presenter import Presenter
from display.showing.screen import Patch
from display.showing.sdl import SdlScreen
from display.showing.studio import Studio, ThreadStudio
from display.showing.ticker import Ticker
from display.text.pango import PangoMeasure

SIZE = (1920, 1080)
SPEED, DWELL = 180, 10
"""Pixels a second of the running line, seconds of a page."""
ZONE = Rect(80, 180, 1120, 740)
CLOCK = ClockSlot(
    Rect(1240, 24, 620, 90), NIGHT.header.ground, Face(40, NIGHT.header.soft), Face(64, NIGHT.header.ink, bold=True), across=186
)
TITLE, BODY = Face(64, NIGHT.title, bold=True), Face(46, NIGHT.page.ink)
RUNNING = (
    "Mùa mưa lũ: không lội qua ngầm, suối khi nước chảy xiết. Cần giúp đỡ, gọi 0200 000 114.",
    "Sáng thứ Hai thu gom rác thải nhựa tại đầu thôn. Bộ phận Một cửa làm việc từ 7 giờ 30.",
)
STRIP = TickerSlot(Rect(0, 980, 1920, 100), NIGHT.ticker.ground, Face(52, NIGHT.ticker.ink, bold=True), RUNNING)
PAGES = tuple(
    (
        f"Lịch cấp nước thôn {place}",
        (
            f"Nước sạch được cấp luân phiên từ {hour} giờ đến",
            f"{hour + 4} giờ, thứ {day} hằng tuần, tại thôn {place}.",
            "Trữ nước vào bể có nắp đậy.",
            "Khóa vòi khi ra khỏi nhà.",
            f"Báo vỡ ống: 0200 000 12{day}.",
        ),
    )
    for place, hour, day in (("Bến Đò", 5, 2), ("Đồng Lúa", 7, 4), ("Khuổi Sao", 9, 6))
)
_HTML = """<!doctype html><html lang="vi" translate="no"><meta charset="utf-8"><title>bảng tin</title>
<style>
body {{ margin: 0; width: 1920px; height: 1080px; overflow: hidden; background: url("{picture}"); font-family: "Noto Sans" }}
.clock {{ position: absolute; left: 1240px; top: 24px; width: 620px; height: 90px; background: {header}; color: {on_header};
  font: bold 64px/90px "Noto Sans"; text-align: right }}
.zone {{ position: absolute; left: 80px; top: 180px; width: 1120px; height: 740px; background: {ground}; color: {ink};
  border-radius: 24px; font-size: 46px; line-height: 66px }}
.zone h1 {{ color: {title}; font-size: 64px; line-height: 92px; margin: 30px 40px }}
.zone p {{ margin: 0 40px }}
.strip {{ position: absolute; left: 0; top: 980px; width: 1920px; height: 100px; background: {strip}; overflow: hidden }}
.strip span {{ position: absolute; white-space: pre; color: {on_strip}; font: bold 52px/100px "Noto Sans"; will-change: transform }}
@keyframes run {{ from {{ transform: translateX(1920px) }} to {{ transform: translateX(-{far}px) }} }}
</style>
<div class="clock"></div><div class="zone"></div><div class="strip"><span>{running}</span></div>
<script>
const pages = {pages}, zone = document.querySelector(".zone"), clock = document.querySelector(".clock");
let n = 0;
const turn = () => {{ zone.innerHTML = pages[n++ % pages.length] }};
const tell = () => {{ clock.textContent = new Date().toTimeString().slice(0, 5) }};
turn(); tell(); setInterval(turn, {dwell}); setInterval(tell, 1000);
const line = document.querySelector(".strip span"), far = line.offsetWidth;
line.style.animation = "run " + (far + 1920) / {speed} + "s linear infinite";
</script></html>"""


def html(picture: Path) -> str:
    """The scene as a page for a browser: the same picture, texts, sizes, colours and speed."""
    pages = [f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(line)}</p>" for line in lines) for title, lines in PAGES]
    colour = {
        name: "rgb({},{},{})".format(*value)
        for name, value in (
            ("header", CLOCK.background),
            ("on_header", CLOCK.clock.colour),
            ("ground", NIGHT.page.ground),
            ("ink", BODY.colour),
            ("title", TITLE.colour),
            ("strip", STRIP.background),
            ("on_strip", STRIP.face.colour),
        )
    }
    running, far = escape((" " * 8).join(RUNNING)), 6000
    return _HTML.format(picture=picture.name, pages=pages, running=running, far=far, dwell=1000 * DWELL, speed=SPEED, **colour)


def pages(picture: Picture) -> tuple[Page, ...]:
    """The scene as pages of ours."""
    return tuple(_page(n, title, lines, picture) for n, (title, lines) in enumerate(PAGES))


def _page(n: int, title: str, lines: tuple[str, ...], picture: Picture) -> Page:
    found: list[Fill | Image | Line] = [Image(Rect(0, 0, *SIZE), picture.sha256), Fill(ZONE, NIGHT.page.ground, 24)]
    found.append(Line(Rect(ZONE.x + 40, ZONE.y + 30, ZONE.width - 80, TITLE.line), plain(title), TITLE, Align.LEFT))
    top = ZONE.y + 60 + TITLE.line
    found += [
        Line(Rect(ZONE.x + 40, top + k * BODY.line, ZONE.width - 80, BODY.line), plain(text), BODY, Align.LEFT)
        for k, text in enumerate(lines)
    ]
    return Page(f"scene-{n}", SIZE, NIGHT.page.ground, tuple(found), float(DWELL), CLOCK, STRIP)


def _until(due: float) -> None:
    time.sleep(max(0.0, due - boottime()))  # noqa: TID251 - as the product's program does


def ours(picture: Picture, path: Path) -> None:
    """Play it for ever."""
    screen, studio, pictures = SdlScreen(SIZE, fullscreen=False), ThreadStudio(), Pictures(lambda _: path)
    assert not pictures.lacking([picture])
    presenter = Presenter(screen, Painter(pictures), PangoMeasure(), None, studio, SPEED / STRIP.face.size)
    scene, began, shown = pages(picture), boottime(), -1
    while True:
        seconds, local = boottime(), datetime.now(UTC)
        n = int((seconds - began) / DWELL)
        if n != shown:
            screen.pump()
            presenter.show(scene[n % len(scene)], local, seconds)
            presenter.prepare([scene[(n + 1) % len(scene)]])
            shown = n
        presenter.move(local, seconds)
        _until(presenter.pulse.due())


def floor() -> None:
    """Copy the rows of the running line that have ink 60 times a second, and the text zone at each turn: no less changes on the screen."""
    screen = SdlScreen(SIZE, fullscreen=False)
    top, height = _inked()
    strip, zone = Canvas((8192, height)), Canvas(ZONE[2:])
    strip.memory[:] = bytes(range(256)) * (len(strip.memory) // 256)
    due, shown, began = boottime(), -1, boottime()
    while True:
        shift = round(boottime() * SPEED) % (8192 - SIZE[0])
        patches = [Patch(strip, Rect(shift, 0, SIZE[0], height), (0, top))]
        if (n := int((boottime() - began) / DWELL)) != shown:
            patches.append(Patch(zone, zone.whole, ZONE[:2]))
            shown = n
        screen.present(patches)
        due = max(due + 1 / 60, boottime() - 1 / 60)
        _until(due)


def _inked() -> tuple[int, int]:
    """Where the rows of the running line begin that letters stand in, and how many they are."""
    ticker = Ticker(STRIP, SPEED, PangoMeasure(), Painter(Pictures(lambda _: None)), Studio())
    ticker.patches(Now(None, 0.0))
    patch = ticker.patches(Now(None, 1.0))[0]
    return patch.at[1], patch.source.height


def described(path: Path, sha256: str) -> Picture:
    """The picture at *path* as a bundle describes it."""
    width, height = pygame.image.load(path).get_size()
    return Picture(sha256=sha256, size=path.stat().st_size, media=MediaType.JPEG, width=width, height=height)


if __name__ == "__main__":
    give_back_large_blocks()  # as the product's program does
    player: dict[str, Callable[[], None]] = {
        "ours": lambda: ours(described(Path(sys.argv[2]), "a" * 64), Path(sys.argv[2])),
        "floor": floor,
    }
    player[sys.argv[1]]()
