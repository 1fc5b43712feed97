"""Pictures and PDF pages for the board: upright, small enough, stripped of what nobody should know, or refused with a way out."""

import io
import shlex
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from bundle.asset import MediaType, blob_path
from bundle.errors import Refused
from registry.making.blobs import Blobs
from registry.making.film.films import make_film
from registry.making.film.limits import FilmLimits
from registry.making.pdf import make_pages
from registry.making.pictures import make_picture
from tests.registry.making.officework import NOTICE, Office, pdf

# An empty document under the standard security handler (ISO 32000-1, 7.6.3) whose password nobody knows.
LOCKED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]>>
%%%%EOF""" % (b"ab" * 32, b"cd" * 32)

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


def test_the_place_where_a_telephone_took_a_photograph_never_leaves_the_office(tmp_path: Path, blobs: Blobs) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 42.6), 3: "E", 4: (105.0, 51.0, 15.1)})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>nha ong Mau</x:xmpmeta>"
    for name, options in (("a.jpg", {"exif": exif, "xmp": xmp}), ("a.webp", {"exif": exif, "xmp": xmp}), ("a.png", {"exif": exif})):
        photo = Image.effect_noise((300, 200), 90).convert("RGB")
        made = make_picture(saved(photo, tmp_path / name, **options), "x", blobs)
        data = (blobs.root / blob_path(made.sha256)).read_bytes()
        assert b"Exif" not in data
        assert b"nha ong Mau" not in data
        assert b"eXIf" not in data


def test_a_photograph_in_other_colours_comes_out_in_those_of_a_board(tmp_path: Path, blobs: Blobs, opened: Opened) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = make_picture(saved(halves(40, 20), tmp_path / "srgb.png", icc_profile=lab), "x", blobs)
    assert opened(same.sha256).getpixel((5, 5)) == pytest.approx((255, 0, 0), abs=2)
    swapped = lab.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
    other = make_picture(saved(halves(40, 20), tmp_path / "other.png", icc_profile=swapped), "x", blobs)
    assert opened(other.sha256).convert("RGB").getpixel((5, 5))[1] > 150, "its red is another one's green"
    broken = make_picture(saved(halves(40, 20), tmp_path / "broken.png", icc_profile=b"no profile"), "x", blobs)
    assert opened(broken.sha256).getpixel((5, 5)) == (255, 0, 0)
    assert all("icc_profile" not in opened(made.sha256).info for made in (same, other, broken))


def test_a_photograph_of_a_print_shop_and_one_of_sixteen_bits_keep_their_looks(tmp_path: Path, blobs: Blobs, opened: Opened) -> None:
    print_shop = make_picture(saved(halves(64, 64).convert("CMYK"), tmp_path / "a.jpg"), "x", blobs)
    assert opened(print_shop.sha256).convert("RGB").getpixel((5, 5)) == pytest.approx((255, 0, 0), abs=12)
    grey = Image.fromarray(np.full((20, 20), 32_768, np.uint16))
    deep = make_picture(saved(grey, tmp_path / "deep.png"), "x", blobs)
    assert opened(deep.sha256).convert("RGB").getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=1)


@pytest.mark.parametrize("form", ["gif", "webp", "png"])
def test_a_moving_picture_is_refused_and_told_what_to_do(tmp_path: Path, blobs: Blobs, form: str) -> None:
    frames = [Image.new("RGB", (61, 41), (n * 20, 0, 0)) for n in range(10)]
    saved(frames[0], tmp_path / f"a.{form}", save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(Refused, match=r"moves.*save one picture of it as PNG") as refused:
        make_picture(tmp_path / f"a.{form}", "x", blobs)
    if form == "gif":
        command = str(refused.value)[str(refused.value).index("ffmpeg") :]
        subprocess.run([*shlex.split(command), "-v", "error"], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)
        assert make_film(tmp_path / "a.mp4", "x", blobs, FilmLimits()).width == 60


def test_a_photograph_of_an_iphone_is_refused_with_the_setting_that_helps(tmp_path: Path, blobs: Blobs) -> None:
    for brand in (b"heic", b"mif1", b"avif"):
        (tmp_path / "IMG 1.HEIC").write_bytes(b"\0\0\0\x18ftyp" + brand + b"\0" * 200)
        with pytest.raises(Refused, match=r"HEIC.*Most Compatible.*heif-convert './IMG 1.HEIC' './IMG 1.jpg'"):
            make_picture(tmp_path / "IMG 1.HEIC", "x", blobs)


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
    with pytest.raises(Refused, match=r"cannot be opened.*print it to PDF again"):
        make_pages(tmp_path / "a.pdf", "x", blobs)
    pdf(tmp_path / "long.pdf", 1000)
    with pytest.raises(Refused, match=r"has 1000 pages.*qpdf ./long.pdf --pages . 1-30 -- ./long-bang.pdf"):
        make_pages(tmp_path / "long.pdf", "x", blobs)
    (tmp_path / "locked.pdf").write_bytes(LOCKED)
    with pytest.raises(Refused, match=r"locked by a password.*qpdf"):
        make_pages(tmp_path / "locked.pdf", "x", blobs)
    pdf(tmp_path / "cut.pdf", 3)
    (tmp_path / "cut.pdf").write_bytes((tmp_path / "cut.pdf").read_bytes()[:400])
    with pytest.raises(Refused):
        make_pages(tmp_path / "cut.pdf", "x", blobs)


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 20), (20, 14_400)])
def test_a_page_of_any_size_is_drawn_no_larger_than_a_board(tmp_path: Path, blobs: Blobs, size: tuple[int, int]) -> None:
    """A plan of two hundred inches, the largest that PDF knows, costs no more than any other page."""
    pdf(tmp_path / "a.pdf", 1, size)
    (page,) = make_pages(tmp_path / "a.pdf", "x", blobs)
    assert max(page.width, page.height) <= 1920
