"""The built-in page is up first, whatever the wiring says; and the screens keep one contract."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pygame
import pytest

from device.errors import ScreenLost
from device.paths import Paths
from device.status import read_status
from display.first import open_screen, show_builtin
from display.page import Rect
from display.paint.canvas import Canvas
from display.showing.headless import HeadlessScreen
from display.showing.screen import Patch, Pumped, Screen, save
from display.showing.sdl import SdlScreen
from tests.audio.conftest import until

FIRST = """
import sys
sockets = []
sys.addaudithook(lambda event, args: sockets.append(event) if event.startswith("socket.") else None)
from pathlib import Path
from display.first import open_screen, show_builtin
screen = open_screen(Path(sys.argv[1]))
show_builtin(screen, Path(sys.argv[1]), Path(sys.argv[2]))
seen = screen.seen()
colours = {tuple(seen.get_at((x, y))) for x in range(0, 640, 5) for y in range(0, 360, 5)}
assert len(colours) > 5, colours
heavy = [name for name in ("tuf", "pydantic", "av", "PIL", "aiohttp", "bundle.asset", "director.decision") if name in sys.modules]
assert not heavy, heavy
assert not sockets, sockets
print("drawn" if "cairocffi" in sys.modules else "found")
"""
HEADLESS = '[screen]\ndriver = "headless"\nwidth = {}\nheight = 360\n'


def wiring(folder: Path, text: str) -> Path:
    path = folder / "unit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def first(folder: Path, width: int = 640) -> str:
    """Whether a new process drew its first picture or found it."""
    path = wiring(folder, HEADLESS.format(width))
    done = subprocess.run(
        [sys.executable, "-c", FIRST, str(path), str(folder / "kept")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def test_fullpageos_the_first_picture_needs_no_bundle_no_socket_and_no_heavy_library(tmp_path):
    assert first(tmp_path) == "drawn"


def test_a_second_start_shows_it_without_the_text_library_and_exactly_as_it_was_drawn(tmp_path):
    path, kept = wiring(tmp_path, HEADLESS.format(640)), tmp_path / "kept"
    pictures = []
    for _ in range(2):
        screen = open_screen(path)
        show_builtin(screen, path, kept)
        pictures.append(pygame.image.tobytes(screen.seen(), "RGB"))
    assert pictures[0] == pictures[1]
    assert first(tmp_path) == "found"


def flipped(kept: bytes) -> bytes:
    return kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:]


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda _: b"\x89PNG\r\n\x1a\nand then nothing", lambda kept: kept[: len(kept) // 2], flipped]
)
def test_a_damaged_picture_or_another_board_is_drawn_anew_once(tmp_path, damage):
    first(tmp_path)
    (path,) = (tmp_path / "kept").iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert [first(tmp_path), first(tmp_path)] == ["drawn", "found"]
    assert [first(tmp_path, 800), first(tmp_path, 800)] == ["drawn", "found"]
    assert len(list((tmp_path / "kept").iterdir())) == 1


@pytest.mark.parametrize("size", [0, 640 * 360 * 4 - 4, 640 * 360 * 4 + 4, 200 * 1024 * 1024])
def test_a_picture_that_is_not_ours_is_never_the_first(tmp_path, size):
    first(tmp_path)
    (path,) = (tmp_path / "kept").iterdir()
    path.write_bytes(zlib.compress(bytes(size), 1))
    assert [first(tmp_path), first(tmp_path)] == ["drawn", "found"]


def test_new_fonts_draw_it_anew(tmp_path, monkeypatch):
    path, kept = wiring(tmp_path, HEADLESS.format(640)), tmp_path / "kept"
    fonts = tmp_path / "fonts"
    monkeypatch.setattr("display.first.FONTS", fonts)
    show_builtin(open_screen(path), path, kept)
    (before,) = kept.iterdir()
    fonts.mkdir()
    show_builtin(open_screen(path), path, kept)
    (after,) = kept.iterdir()
    assert before != after


def test_something_else_in_its_folder_does_no_harm(tmp_path):
    (tmp_path / "kept" / "other.png").mkdir(parents=True)
    assert [first(tmp_path), first(tmp_path)] == ["drawn", "found"]


def test_a_card_that_takes_nothing_costs_only_time(tmp_path):
    (tmp_path / "kept").write_text("a file where the folder should be")
    assert [first(tmp_path), first(tmp_path)] == ["drawn", "drawn"]


@pytest.mark.parametrize("text", ["", "not toml [", '[screen]\nwidth = "wide"\nheight = -5\n', "screen = 3\n"])
def test_a_wrong_wiring_still_opens_a_screen_of_the_usual_size(tmp_path, text, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = open_screen(wiring(tmp_path, text))
    try:
        assert screen.size[0] > 0
    finally:
        screen.close()


@pytest.fixture(params=["headless", "dummy", "xvfb"])
def screen(request, monkeypatch, tmp_path):
    """Each implementation of the seam; SDL once without a window system and once in a real one."""
    server = None
    if request.param == "xvfb":
        ready = tmp_path / "display"
        with ready.open("w") as number:
            server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(number.fileno()), "-screen", "0", "320x200x24", "-nolisten", "tcp"],
                pass_fds=[number.fileno()],
                stderr=subprocess.DEVNULL,
            )
        monkeypatch.setenv("DISPLAY", ":" + until(lambda: ready.read_text().strip(), "Xvfb"))
        monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    elif request.param == "dummy":
        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.delenv("SDL_FRAMEBUFFER_ACCELERATION", raising=False)
    made: Screen = HeadlessScreen((320, 200)) if request.param == "headless" else SdlScreen((320, 200), fullscreen=False)
    yield made
    made.close()
    if server:
        server.terminate()
        server.wait(10)


def painted(colour: tuple[int, int, int]) -> Canvas:
    canvas = Canvas((40, 30))
    canvas.surface.fill(colour)
    return canvas


def test_what_is_presented_can_be_seen_where_it_was_put(screen):
    canvas = painted((200, 30, 60))
    screen.present([Patch(canvas, Rect(0, 0, 40, 30), (100, 50))])
    assert screen.pump() is not Pumped.CLOSED
    seen = screen.seen()
    assert tuple(seen.get_at((110, 60)))[:3] == (200, 30, 60)
    assert tuple(seen.get_at((10, 10)))[:3] != (200, 30, 60)
    assert screen.size == (320, 200)


def test_only_a_screen_that_somebody_can_see_is_not_simulated(screen):
    real = isinstance(screen, SdlScreen) and pygame.display.get_driver() == "x11"
    assert bool(screen.simulated) is not real


def test_no_screen_is_a_lost_screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(ScreenLost):
        SdlScreen((320, 200), fullscreen=False)


def test_a_picture_is_whole_when_it_appears(tmp_path):
    save(painted((1, 2, 3)).surface, tmp_path / "new" / "a.png")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.png"]


WIRINGS = {
    "not enrolled": ("", "ghi danh"),
    "a misspelt setting": ("[sound]\ndriverr = 1\n", "driverr"),
}


@pytest.mark.parametrize("case", WIRINGS)
def test_anything_missing_leaves_the_built_in_page_on_and_says_why(tmp_path, case):
    more, reason = WIRINGS[case]
    paths = Paths(tmp_path)
    paths.unit_toml.parent.mkdir(parents=True)
    folder = tmp_path / "frames"
    paths.unit_toml.write_text(f'[screen]\ndriver = "headless"\nwidth = 640\nheight = 360\nframes_folder = "{folder}"\n{more}')
    process = subprocess.Popen(
        [sys.executable, "-m", "bangtin", "display", "run", "--root", str(tmp_path)], env=os.environ, stderr=subprocess.DEVNULL
    )
    try:
        status = until(lambda: read_status(paths, "display"), "the status")
        assert not status.ready
        assert reason in " ".join(status.reasons)
        assert (folder / "board-00-builtin.png").exists()
    finally:
        process.terminate()
    assert process.wait(20) == 0
