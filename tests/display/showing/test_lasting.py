"""A screen that is switched off, swapped, or shows nothing: found again in its own mode without a restart, and never by luck."""

import pytest

from device.connectors import Connectors, dark, preferred
from display.errors import ScreenLost
from display.glass.judge import Sight
from display.glass.prove import Proof
from display.paint.canvas import Canvas
from display.showing.headless import HeadlessScreen
from display.showing.lasting import LOOK_EVERY, TRY_AT_LEAST, TRY_EVERY, LastingScreen
from display.showing.screen import Patch


class Sysfs:
    """A folder like the kernel's, with one HDMI socket."""

    def __init__(self, folder):
        self.folder, self.socket = folder, folder / "card1-HDMI-A-1"
        self.socket.mkdir(parents=True)
        (folder / "card1").mkdir()
        (folder / "version").write_text("drm 1.1.0 20060810\n")
        self.plug("1920x1080", "1280x720", edid=b"a television")

    def plug(self, *modes, edid=b""):
        self._write("connected", modes, edid)

    def unplug(self):
        self._write("disconnected", (), b"")

    def _write(self, status, modes, edid):
        (self.socket / "status").write_text(f"{status}\n")
        (self.socket / "modes").write_text("".join(f"{mode}\n" for mode in modes))
        (self.socket / "edid").write_bytes(edid)


class Opener:
    """Opens doubles of a screen; those of the ways *missing* show nobody anything, those *refused* do not open."""

    def __init__(self, missing=(), refused=()):
        self.missing, self.refused, self.opened, self.failing = missing, refused, [], ""

    def __call__(self, way, mode):
        if self.failing or way in self.refused:
            raise ScreenLost(self.failing or f"{way} is not supported")
        screen = HeadlessScreen(mode or (640, 480))
        screen.proof = lambda: Proof(Sight.MISSING if way in self.missing else Sight.THERE, "black")
        self.opened.append((way, mode))
        return screen


@pytest.fixture
def sysfs(tmp_path):
    return Sysfs(tmp_path / "drm")


def lasting(opener, sysfs, ways=("opengles2",)):
    return LastingScreen(opener, ways, Connectors(sysfs.folder))


def patch(screen):
    canvas = Canvas(screen.size)
    return [Patch(canvas, canvas.whole, (0, 0))]


def test_anthias_3263_a_television_that_was_off_comes_back_in_the_mode_that_it_prefers(sysfs):
    opener = Opener()
    screen = lasting(opener, sysfs)
    screen.look(0.0)
    assert screen.size == (1920, 1080)
    sysfs.unplug()
    screen.look(LOOK_EVERY)
    assert not screen.there
    assert "không có màn hình" in screen.lost
    # Its EDID cannot be read yet: the kernel guesses. What guesses is better than nothing, and never the last word.
    sysfs.plug("1024x768", "800x600")
    screen.look(LOOK_EVERY + TRY_EVERY)
    assert screen.size == (1024, 768)
    sysfs.plug("1920x1080", "1280x720", edid=b"a television")
    for n in range(2, 6):
        screen.look(n * TRY_EVERY + LOOK_EVERY)
    assert screen.there
    assert screen.size == (1920, 1080)
    assert [mode for _, mode in opener.opened] == [(1920, 1080), (1024, 768), (1920, 1080)]


def test_nothing_can_be_presented_while_the_connector_is_off(sysfs):
    screen = lasting(Opener(), sysfs)
    screen.look(0.0)
    screen.present(patch(screen))
    sysfs.unplug()
    screen.look(LOOK_EVERY)
    for use in (lambda: screen.present(patch(screen)), screen.pump, screen.seen, screen.proof):
        with pytest.raises(ScreenLost):
            use()
    assert screen.size == (1920, 1080), "what is laid out meanwhile fits the screen that will come back"


def test_a_board_that_boots_without_a_screen_shows_when_one_is_plugged_in(sysfs):
    sysfs.unplug()
    screen = lasting(opener := Opener(), sysfs)
    screen.look(0.0)
    assert (screen.there, opener.opened) == (False, [])
    sysfs.plug("1360x768", edid=b"a monitor")
    screen.look(TRY_EVERY)
    assert (screen.there, screen.size, screen.lost) == (True, (1360, 768), "")


def test_another_screen_that_was_swapped_in_unnoticed_is_opened_anew(sysfs):
    screen = lasting(opener := Opener(), sysfs)
    screen.look(0.0)
    sysfs.plug("1280x1024", edid=b"another")
    screen.look(TRY_EVERY)
    assert not screen.there
    screen.look(2 * TRY_EVERY)
    assert (screen.number, opener.opened[-1][1]) == (2, (1280, 1024))


def test_a_screen_that_cannot_be_opened_is_tried_again_and_says_why(sysfs):
    screen = lasting(opener := Opener(), sysfs)
    opener.failing = "No connected displays found."
    for at in (0.0, TRY_EVERY, 2 * TRY_EVERY):
        screen.look(at)
        assert (screen.there, screen.lost) == (False, opener.failing)
    opener.failing = ""
    screen.look(2 * TRY_EVERY + TRY_AT_LEAST)
    assert (screen.there, screen.lost) == (True, "")


def test_a_loose_contact_is_not_followed_at_every_flicker_and_a_steady_screen_again_at_once(sysfs):
    screen = lasting(Opener(), sysfs)
    for second in range(600):
        (sysfs.unplug if second % 2 else lambda: sysfs.plug("1920x1080"))()
        screen.look(float(second))
    assert screen.number <= 600 / TRY_AT_LEAST + 4
    sysfs.plug("1920x1080")
    for second in range(600, 700):
        screen.look(float(second))
    sysfs.unplug()
    screen.look(700.0)
    sysfs.plug("1920x1080")
    screen.look(700.0 + TRY_EVERY)
    assert screen.there


def test_a_way_whose_picture_is_missing_gives_way_to_the_next_and_is_told(sysfs):
    screen = lasting(opener := Opener(missing=("opengl",)), sysfs, ("opengl", "opengles2"))
    screen.look(0.0)
    assert [way for way, _ in opener.opened] == ["opengl", "opengles2"]
    assert "opengl: black" in screen.complaint
    assert screen.unseen == ""
    screen.lose("a test")
    screen.look(TRY_EVERY)
    assert opener.opened[-1][0] == "opengles2", "what showed is tried first the next time"
    assert "opengl: black" in screen.complaint


def test_a_picture_that_is_missing_in_every_way_is_presented_all_the_same_and_told(sysfs):
    screen = lasting(Opener(missing=("opengl", "opengles2")), sysfs, ("opengles2", "opengl"))
    screen.look(0.0)
    assert screen.there
    assert "không tới được màn hình" in screen.unseen
    screen.present(patch(screen))


def test_a_way_that_cannot_be_opened_is_passed_over(sysfs):
    screen = lasting(Opener(refused=("opengles2",)), sysfs, ("opengles2", "opengl"))
    screen.look(0.0)
    assert screen.there
    assert "opengles2 is not supported" in screen.complaint
    both = lasting(Opener(missing=("opengl",), refused=("opengles2",)), sysfs, ("opengles2", "opengl"))
    both.look(0.0)
    assert both.there
    assert both.unseen


def test_a_machine_whose_kernel_drives_no_display_has_a_screen_all_the_same(tmp_path):
    connectors = Connectors(tmp_path / "none").look()
    assert (connectors, dark(connectors), preferred(connectors)) == ((), False, None)


def test_interlaced_modes_and_strange_lines_are_passed_over(sysfs):
    sysfs.plug("1920x1080i", "what", "1280x720")
    assert preferred(Connectors(sysfs.folder).look()) == (1280, 720)
