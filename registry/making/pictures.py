"""Pictures for the board: opened with limits, turned upright, made at most the size of a board, and encoded once."""

import io
import shlex
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bundle.asset import MAX_BLOB, MediaType, Picture
from bundle.errors import Refused, refuse
from registry.making.blobs import Blobs

BOARD = (1920, 1080)
MAX_PIXELS = 50_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
_RECIPE = "mở bằng phần mềm ảnh và lưu lại thành PNG hoặc JPEG / open it in an image program and save it as PNG or JPEG"
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
"""Brands of ISO/IEC 23008-12 and AVIF, in which telephones keep photographs."""
_HEIF_RECIPE = (
    "trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất; hoặc chạy / on an iPhone: Settings › Camera › Formats › "
    "Most Compatible; or run: heif-convert {name} {made}"
)
_STILL = "lưu một hình của nó thành PNG / save one picture of it as PNG"
_AS_FILM = "đưa vào mục film / give it as a film"
_DEEP = 257
"""What a value of 16 bits is divided by for eight."""


def make_picture(path: Path, where: str, blobs: Blobs) -> Picture:
    """The picture file at *path* as a blob for the board; ``Refused`` with the reason and a way out."""
    if path.stat().st_size > MAX_BLOB:
        raise refuse(where, f"“{path.name}” quá lớn / too large: {path.stat().st_size} bytes", "giảm kích thước ảnh / make it smaller")
    return keep_picture(open_picture(path, where), blobs)


def keep_picture(image: Image.Image, blobs: Blobs) -> Picture:
    """A flat picture of Pillow as a blob: fitted to the board, PNG for flat graphics, JPEG for photographs."""
    image = _fitted(image)
    # Where and by whom a photograph was taken is nobody's business on a board.
    image.info.clear()
    png, jpeg = _encoded(image, "PNG", optimize=True), _encoded(image, "JPEG", quality=88, subsampling=0)
    # Flat graphics are small and sharp as PNG; a photograph is several times larger so.
    flat = len(png) <= len(jpeg) * 1.5
    data = png if flat else jpeg
    return Picture(
        sha256=blobs.keep(data),
        size=len(data),
        media=MediaType.PNG if flat else MediaType.JPEG,
        width=image.width,
        height=image.height,
    )


def open_picture(path: Path, where: str) -> Image.Image:
    """The picture at *path*: upright, in sRGB, flat, of eight bits; ``Refused`` with the reason and a way out."""
    try:
        with warnings.catch_warnings():
            # Pillow warns at its own, higher limit; ours is checked before any pixel is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(path, formats=_FORMATS)
        with opened as image:
            if image.width * image.height > MAX_PIXELS:
                raise _bomb(path.name, where, f"{image.width} x {image.height}")
            if getattr(image, "n_frames", 1) > 1 and image.format != "TIFF":
                raise refuse(where, f"ảnh “{path.name}” chuyển động / the picture moves", _still_or_film(path, image.format))
            image.load()
            return _flat(_in_srgb(ImageOps.exif_transpose(image)))
    except Image.DecompressionBombError as problem:
        raise _bomb(path.name, where, str(problem)) from None
    except UnidentifiedImageError:
        raise _unknown(path, where) from None
    # Pillow reports a damaged file by any of these, depending on its format.
    except (OSError, SyntaxError, ValueError, EOFError) as problem:
        raise refuse(where, f"ảnh “{path.name}” bị hỏng / is damaged: {problem}", _RECIPE) from None


def _still_or_film(path: Path, form: str | None) -> str:
    if form != "GIF":
        return _STILL
    even = "scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p"
    return f"{_STILL}; {_AS_FILM}: {shlex.join(['ffmpeg', '-i', f'./{path.name}', '-vf', even, f'./{path.stem}.mp4'])}"


def _unknown(path: Path, where: str) -> Refused:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        recipe = _HEIF_RECIPE.format(name=shlex.quote(f"./{path.name}"), made=shlex.quote(f"./{path.stem}.jpg"))
        return refuse(where, f"ảnh “{path.name}” dạng HEIC hay AVIF / is a HEIC or AVIF picture", recipe)
    return refuse(where, f"“{path.name}” không phải ảnh đọc được / is not a picture we can read", _RECIPE)


def _bomb(name: str, where: str, size: str) -> Refused:
    advice = "giảm xuống dưới 50 triệu điểm ảnh / scale it below 50 million pixels"
    return refuse(where, f"ảnh “{name}” quá nhiều điểm ảnh / has too many pixels: {size}", advice)


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours of a board: telephones and print shops keep others, and say so in a profile (ICC.1)."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    if image.mode == "RGBA":
        solid = _in_srgb(image.convert("RGB"))
        solid.putalpha(image.getchannel("A"))
        return solid
    try:
        return ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except ImageCms.PyCMSError:
        # A profile that cannot be used says nothing: then the numbers are taken for sRGB, as browsers do.
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Eight bits, without transparency: what was see-through stands on white, as on paper."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / _DEEP).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        colours = image.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        return Image.alpha_composite(paper, colours).convert("RGB")
    return image.convert("RGB")


def board_box(width: float, height: float) -> tuple[int, int]:
    """The board in the picture's own orientation: a standing page keeps the detail that a portrait board can show."""
    return BOARD if width >= height else (BOARD[1], BOARD[0])


def _fitted(image: Image.Image) -> Image.Image:
    image.thumbnail(board_box(*image.size), Image.Resampling.LANCZOS)
    return image


def _encoded(image: Image.Image, form: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()
