"""Pictures from the shelf: what was signed, upright and small in memory; everything else is left out with its reason."""

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from bundle.asset import MediaType, Picture
from device.candidate import sha256_of
from display.media.pictures import MOST_BYTES, Pictures
from display.page import Image as Element
from display.page import Rect
from tests.registry.making.test_making_pictures import halves, png_that_claims


@pytest.fixture
def shelf(tmp_path):
    """Puts a picture's bytes on a shelf and says what a bundle signs of it."""

    class Shelf:
        pictures = Pictures(lambda picture: found if (found := tmp_path / picture.sha256).exists() else None)

        def put(self, image, form="JPEG", signed=None, media=None, **options):
            data = io.BytesIO()
            image.save(data, form, **options)
            return self.put_bytes(data.getvalue(), signed or image.size, media or (MediaType.JPEG if form == "JPEG" else MediaType.PNG))

        def put_bytes(self, data, signed, media):
            (tmp_path / "new").write_bytes(data)
            sha256 = sha256_of(tmp_path / "new")
            (tmp_path / "new").rename(tmp_path / sha256)
            return Picture(sha256=sha256, size=max(1, len(data)), media=media, width=signed[0], height=signed[1])

        def pixels(self, picture, box, top=0.0, bottom=1.0):
            """What is painted into *box*, shape (height, width, 3) of blue, green, red."""
            assert self.pictures.lacking([picture]) == frozenset(), self.pictures.problems
            surface = self.pictures.surface(Element(Rect(0, 0, *box), picture.sha256, top, bottom))
            return np.frombuffer(surface.get_data(), np.uint8).reshape(box[1], box[0], 4)[..., :3]

        def reason(self, picture):
            assert self.pictures.lacking([picture]) == {picture.sha256}
            assert self.pictures.surface(Element(Rect(0, 0, 10, 10), picture.sha256)) is None
            return self.pictures.problems[picture.sha256]

    return Shelf()


def exif(orientation):
    made = Image.Exif()
    made[0x0112] = orientation
    return made


@pytest.mark.parametrize("signed", [(400, 200), (200, 400)], ids=["before turning", "after turning"])
def test_a_picture_of_another_publisher_that_lies_on_its_side_is_turned_upright(shelf, signed):
    picture = shelf.put(halves(400, 200), exif=exif(6), signed=signed)
    pixels = shelf.pixels(picture, (100, 200))
    assert pixels[20, 50, 2] > 200, "what was left is on top: red"
    assert pixels[180, 50, 0] > 200, "and blue below"


def test_a_photograph_of_forty_million_pixels_costs_little_memory(shelf, tmp_path):
    """The peak of a process that does nothing else, beside that of one that decodes a picture of a thousandth of the size."""

    def peak(picture, box):
        code = (
            "import sys; from pathlib import Path; from bundle.asset import Picture;"
            "from display.media.decoded import decoded; picture = Picture.model_validate_json(sys.argv[1]);"
            f"decoded(Path(sys.argv[2]), picture, {box}); print(Path('/proc/self/status').read_text())"
        )
        line = [sys.executable, "-c", code, picture.model_dump_json(), str(tmp_path / picture.sha256)]
        told = subprocess.run(line, capture_output=True, check=True, text=True).stdout
        # getrusage would also count what this process held when it started the other one.
        return int(re.search(r"VmHWM:\s+(\d+) kB", told)[1]) / 1024

    large, small = shelf.put(Image.new("RGB", (7300, 5600), "green")), shelf.put(Image.new("RGB", (200, 200), "green"))
    assert peak(large, (1920, 1080)) - peak(small, (1920, 1080)) < 64


REASONS = {
    "too large": (lambda s: s.put_bytes(png_that_claims(8000, 8000), (8000, 8000), MediaType.PNG), "too large for a unit"),
    "larger than signed": (lambda s: s.put_bytes(png_that_claims(8000, 8000), (80, 80), MediaType.PNG), "signed: 80 x 80"),
    "progressive and huge": (lambda s: s.put(Image.new("RGB", (5000, 5000)), progressive=True), "too large for a unit"),
    "of another kind": (lambda s: s.put(halves(40, 20), "PNG", media=MediaType.JPEG), "damaged"),
    "no picture": (lambda s: s.put_bytes(b"xin chao", (8, 8), MediaType.PNG), "damaged"),
    "empty": (lambda s: s.put_bytes(b"", (8, 8), MediaType.JPEG), "damaged"),
}


@pytest.mark.parametrize("name", REASONS)
def test_what_cannot_be_drawn_is_left_out_with_its_reason(shelf, name):
    make, reason = REASONS[name]
    assert reason in shelf.reason(make(shelf))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_that_is_cut_off_is_left_out(shelf, form):
    data = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(data, form)
    for part in (0.1, 0.5, 0.9):
        cut = data.getvalue()[: int(len(data.getvalue()) * part)]
        assert "damaged" in shelf.reason(shelf.put_bytes(cut, (300, 200), MediaType.JPEG if form == "JPEG" else MediaType.PNG))


def test_what_is_missing_is_told_and_found_again(shelf, tmp_path):
    picture = shelf.put(halves(40, 20))
    (tmp_path / picture.sha256).rename(tmp_path / "away")
    assert "missing" in shelf.reason(picture)
    (tmp_path / "away").rename(tmp_path / picture.sha256)
    assert shelf.pictures.lacking([picture]) == frozenset()
    assert shelf.pictures.problems == {}


def test_a_moving_picture_stands_still(shelf):
    frames = [Image.new("RGB", (40, 20), (n * 80, 0, 0)) for n in (3, 2, 1)]
    picture = shelf.put(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert shelf.pixels(picture, (40, 20))[10, 10, 2] == 240


def test_sixteen_bits_and_transparency_look_as_on_paper(shelf):
    deep = shelf.put(Image.fromarray(np.full((20, 20), 32_768, np.uint16)), "PNG")
    assert tuple(shelf.pixels(deep, (20, 20))[5, 5]) == pytest.approx((128, 128, 128), abs=1)
    clear = shelf.put(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert tuple(shelf.pixels(clear, (20, 20))[5, 5]) == (255, 255, 255)


def test_a_part_of_a_page_is_the_part_that_was_asked_for(shelf):
    picture = shelf.put(halves(200, 400).rotate(90, expand=True).resize((200, 400)), "PNG")
    upper, lower = shelf.pixels(picture, (200, 200), 0.0, 0.4), shelf.pixels(picture, (200, 200), 0.6, 1.0)
    assert upper[100, 100].tolist() != lower[100, 100].tolist()


def test_pictures_in_memory_stay_within_their_bound(shelf):
    pictures = [shelf.put(Image.new("RGB", (50, 50), (n, 0, 0)), "PNG") for n in range(30)]
    for picture in pictures:
        shelf.pixels(picture, (1920, 1080))
    held = sum(surface.get_stride() * surface.get_height() for surface in shelf.pictures._own.scaled.values())
    assert held <= MOST_BYTES
    assert shelf.pixels(pictures[0], (1920, 1080))[0, 0, 2] == 0, "what was given up is decoded again"


def test_what_one_thread_looked_at_another_paints_with_surfaces_of_its_own(shelf):
    picture = shelf.put(Image.new("RGB", (50, 50), (90, 0, 0)), "PNG")
    with ThreadPoolExecutor(1) as other:
        there = other.submit(shelf.pixels, picture, (64, 64)).result()
        image = Element(Rect(0, 0, 64, 64), picture.sha256)
        surfaces = shelf.pictures.surface(image), other.submit(shelf.pictures.surface, image).result()
    assert there[0, 0, 2] == 90
    assert None not in surfaces
    assert surfaces[0] is not surfaces[1]
