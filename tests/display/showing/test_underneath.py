"""The picture under the board, in the pixels of the kernel's frame buffer."""

import pygame
import pytest

from display.showing.underneath import Pixels, write

COLOURS = {(0, 0): (255, 0, 0), (1, 0): (0, 255, 0), (2, 0): (0, 0, 255), (0, 1): (255, 255, 255), (2, 1): (0, 0, 0)}
RGB565, XRGB8888 = (0xF800, 0x07E0, 0x001F), (0xFF0000, 0xFF00, 0xFF)


@pytest.fixture
def picture():
    surface = pygame.Surface((3, 2), depth=32)
    for place, colour in COLOURS.items():
        surface.set_at(place, colour)
    return surface


def written(folder, picture, pixels):
    path = folder / "fb0"
    path.write_bytes(b"\xee" * (pixels.stride * pixels.size[1]))
    with path.open("r+b") as file:
        write(file.fileno(), picture, pixels)
    return path.read_bytes()


@pytest.mark.parametrize(("depth", "masks"), [(16, RGB565), (32, XRGB8888)])
def test_each_pixel_has_its_colour_in_its_place_however_long_the_rows_are(tmp_path, picture, depth, masks):
    many, stride = depth // 8, 20
    raw = written(tmp_path, picture, Pixels((3, 2), depth, stride, masks))
    for (x, y), colour in COLOURS.items():
        pixel = int.from_bytes(raw[y * stride + x * many : y * stride + (x + 1) * many], "little")
        assert pixel & sum(masks) == sum(mask for mask, part in zip(masks, colour, strict=True) if part), (x, y)
    assert len(raw) == 2 * stride


def test_a_buffer_of_another_size_holds_what_fits_and_is_black_elsewhere(tmp_path, picture):
    raw = written(tmp_path, picture, Pixels((2, 3), 32, 8, XRGB8888))
    assert raw[:3] == b"\x00\x00\xff"
    assert raw[4:7] == b"\x00\xff\x00"
    assert [raw[16 + at : 19 + at] for at in (0, 4)] == [b"\0\0\0"] * 2
    assert len(raw) == 24


def test_pixels_that_sdl_does_not_know_are_told(tmp_path, picture):
    with pytest.raises(ValueError, match="mask"):
        written(tmp_path, picture, Pixels((3, 2), 32, 12, (0xF0F0F0, 0x0F0F0F, 0xFF)))
