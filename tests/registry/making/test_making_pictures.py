"""Pictures and PDF pages for the board: upright, small enough, stripped of what nobody should know, or refused with a way out."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bundle.asset import MediaType
from bundle.errors import Refused
from registry.making.blobs import Blobs
from registry.making.pdf import make_pages
from registry.making.pictures import make_picture
from tests.registry.making.officework import NOTICE, Office, pdf

Opened = Callable[[str], Image.Image]


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_a_photograph_taken_sideways_is_turned_upright_and_keeps_no_secrets(tmp_path: Path, blobs: Blobs, opened: Opened) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to view
    exif[0x010F] = "Máy của ông Mẫu"
    path = saved(halves(400, 200), tmp_path / "a.jpg", exif=exif, comment=b"at home")
    made = make_picture(path, "x", blobs)
    assert (made.width, made.height) == (200, 400)
    image = opened(made.sha256).convert("RGB")
    assert image.getpixel((100, 20))[0] > 200  # what was left is now on top
    assert image.getpixel((100, 380))[2] > 200
    assert not image.getexif()
    assert "comment" not in image.info


@pytest.mark.parametrize(("size", "box"), [((4000, 1000), (1920, 1080)), ((1000, 4000), (1080, 1920)), ((300, 200), (300, 200))])
def test_a_picture_is_at_most_a_board_and_never_enlarged(tmp_path: Path, blobs: Blobs, size: tuple[int, int], box: tuple[int, int]) -> None:
    made = make_picture(saved(halves(*size), tmp_path / "a.png"), "x", blobs)
    assert made.width <= box[0]
    assert made.height <= box[1]
    assert made.width / made.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_flat_graphics_stay_sharp_and_photographs_stay_small(tmp_path: Path, blobs: Blobs, opened: Opened) -> None:
    flat = make_picture(saved(halves(640, 480), tmp_path / "flat.png"), "x", blobs)
    photo = make_picture(saved(Image.effect_noise((640, 480), 90).convert("RGB"), tmp_path / "photo.png"), "x", blobs)
    assert (flat.media, photo.media) == (MediaType.PNG, MediaType.JPEG)
    assert opened(photo.sha256).size == (640, 480)


def test_what_is_see_through_stands_on_white(tmp_path: Path, blobs: Blobs, opened: Opened) -> None:
    made = make_picture(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), tmp_path / "a.png"), "x", blobs)
    assert opened(made.sha256).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(8000, 8000), (100_000, 100_000)])
def test_a_decompression_bomb_is_refused_before_a_pixel_is_decoded(tmp_path: Path, blobs: Blobs, size: tuple[int, int]) -> None:
    (tmp_path / "bomb.png").write_bytes(png_that_claims(*size))
    with pytest.raises(Refused, match=r"too many pixels.*50 million"):
        make_picture(tmp_path / "bomb.png", "x", blobs)


def test_damaged_pictures_are_refused_with_a_recipe(tmp_path: Path, blobs: Blobs) -> None:
    whole = io.BytesIO()
    halves(400, 300).save(whole, "JPEG")
    for name, data in (("cut.jpg", whole.getvalue()[:2000]), ("text.png", b"not a picture"), ("empty.jpg", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refused, match="save it as PNG or JPEG"):
            make_picture(tmp_path / name, "x", blobs)
    assert not (blobs.root / "blobs").exists()


def test_a_pdf_becomes_one_picture_per_page_in_order(office: Office) -> None:
    pdf(office.folder / "notices" / "hai-trang.pdf", 2)
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'pdf = "hai-trang.pdf"\ntitle'))
    pages = office.draft().bundle.notices[0].pictures
    assert len(pages) == 2
    assert all(page.width <= 1920 and page.height <= 1080 for page in pages)
    first, second = (Image.open(office.out / "blobs" / "sha256" / page.sha256[:2] / page.sha256).convert("L") for page in pages)
    assert sum(first.histogram()[:128]) < sum(second.histogram()[:128])  # the second page's bar is twice as wide


def test_a_pdf_that_cannot_be_shown_is_refused(tmp_path: Path, blobs: Blobs) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(Refused, match="without a password"):
        make_pages(tmp_path / "a.pdf", "x", blobs)
    pdf(tmp_path / "long.pdf", 31)
    with pytest.raises(Refused, match="has 31 pages"):
        make_pages(tmp_path / "long.pdf", "x", blobs)
