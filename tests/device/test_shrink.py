"""Whatever is on a board of whatever shape, its picture fits a thin link, and a page of text can still be read from it."""

import io
import random

import pytest
from PIL import Image, ImageChops, ImageStat

from device.shrink import shrunk

MOST = 20 * 1024


def noise(size):
    return Image.frombytes("RGB", size, random.Random(5).randbytes(size[0] * size[1] * 3))


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (256, 64), (192, 96), (3840, 2160)])
def test_even_noise_fits(size):
    data = shrunk(noise(size), MOST)
    assert 0 < len(data) <= MOST
    found = Image.open(io.BytesIO(data))
    assert found.format == "WEBP"
    assert abs(found.width / found.height - size[0] / size[1]) < 0.05


def test_a_small_wall_is_never_enlarged_and_a_plain_page_keeps_its_size():
    assert Image.open(io.BytesIO(shrunk(noise((192, 96)), MOST))).size == (192, 96)
    page = Image.new("RGB", (1920, 1080), (12, 35, 64))
    page.paste((255, 255, 255), (200, 200, 1700, 260))
    found = Image.open(io.BytesIO(shrunk(page, MOST)))
    assert found.width == 960
    wrong = ImageStat.Stat(ImageChops.difference(found.convert("RGB"), page.resize(found.size)).convert("L"))
    assert wrong.mean[0] < 2


@pytest.mark.parametrize("most", [2_000, 8_000, MOST])
def test_less_room_makes_a_smaller_picture_and_more_room_is_used(most):
    picture = noise((640, 360)).resize((64, 36)).resize((1280, 720), Image.Resampling.BICUBIC)
    data = shrunk(picture, most)
    assert len(data) <= most
    assert len(data) > most * 0.3
