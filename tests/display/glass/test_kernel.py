"""The kernel's structures and orders are as its own headers have them, and what is no display card is no screen."""

import ctypes

import pytest

from display.errors import ScreenLost
from display.glass import kernel, setting
from display.glass.judge import Unreadable
from display.glass.scanout import scanned_out
from display.showing.dumb import DumbScreen

ORDERS = {
    # name in drm.h and drm_mode.h: its number as strace prints it on a 64-bit machine, and ours
    "DRM_IOCTL_MODE_GETRESOURCES": (0xC04064A0, kernel.number(0xA0, kernel.Resources)),
    "DRM_IOCTL_MODE_GETCRTC": (0xC06864A1, kernel.number(0xA1, kernel.Crtc)),
    "DRM_IOCTL_MODE_SETCRTC": (0xC06864A2, kernel.number(0xA2, kernel.Crtc)),
    "DRM_IOCTL_MODE_GETENCODER": (0xC01464A6, kernel.number(0xA6, setting.GetEncoder)),
    "DRM_IOCTL_MODE_GETCONNECTOR": (0xC05064A7, kernel.number(0xA7, setting.GetConnector)),
    "DRM_IOCTL_MODE_ADDFB": (0xC01C64AE, kernel.number(0xAE, setting.AddFrame)),
    "DRM_IOCTL_MODE_PAGE_FLIP": (0xC01864B0, kernel.number(0xB0, setting.Flip)),
    "DRM_IOCTL_MODE_DIRTYFB": (0xC01864B1, kernel.number(0xB1, setting.Dirty)),
    "DRM_IOCTL_MODE_CREATE_DUMB": (0xC02064B2, kernel.number(0xB2, setting.CreateDumb)),
    "DRM_IOCTL_MODE_MAP_DUMB": (0xC01064B3, kernel.number(0xB3, kernel.MapDumb)),
    "DRM_IOCTL_MODE_GETFB2": (0xC06864CE, kernel.number(0xCE, kernel.FrameBuffer)),
    "DRM_IOCTL_PRIME_HANDLE_TO_FD": (0xC00C642D, kernel.number(0x2D, kernel.Prime)),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_has_the_number_that_the_kernel_knows(name):
    theirs, ours = ORDERS[name]
    assert hex(ours) == hex(theirs)


def test_a_mode_is_as_long_as_the_kernel_has_it():
    assert ctypes.sizeof(kernel.Mode) == 68


def mode(width, height):
    return kernel.Mode(width=width, height=height)


@pytest.mark.parametrize(("wanted", "found"), [(None, (1920, 1080)), ((1280, 720), (1280, 720)), ((800, 480), (1920, 1080))])
def test_the_wanted_mode_is_taken_and_else_the_preferred_one(wanted, found):
    output = setting.Output(1, 2, (mode(1920, 1080), mode(1280, 720)))
    chosen = output.mode(wanted)
    assert (chosen.width, chosen.height) == found


def test_without_a_card_there_is_no_screen_and_nothing_to_read_back(tmp_path):
    with pytest.raises(ScreenLost, match="no card"):
        DumbScreen(None, cards=tmp_path)
    with pytest.raises(Unreadable):
        scanned_out([(0, 0)])


def test_what_is_no_display_card_is_told_by_its_name(tmp_path):
    (tmp_path / "card0").write_bytes(b"a file")
    with pytest.raises(ScreenLost, match="card0"):
        DumbScreen(None, cards=tmp_path)
