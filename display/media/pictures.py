"""Pictures from the shelf, decoded once and scaled to where they stand; one that is missing or corrupt is left out."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from display.page import Image

if TYPE_CHECKING:  # the built-in page is on the board before the models of bundles are loaded
    from bundle.asset import Picture

MOST_BYTES = 48 * 1024 * 1024
MOST_PIXELS = 40_000_000

Find = Callable[["Picture"], Path | None]


class Pictures:
    """Where pictures come from (*find*) and those in memory, newest last."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._paths: dict[str, Path] = {}
        self._scaled: OrderedDict[tuple[str, int, int, float, float], Any] = OrderedDict()

    def lacking(self, pictures: "Iterable[Picture]") -> frozenset[str]:
        """The SHA-256 of those that cannot be drawn now; they are looked for again next time."""
        return frozenset(picture.sha256 for picture in pictures if not self._readable(picture))

    def surface(self, image: Image) -> Any | None:
        """A cairo surface of exactly the size of *image*'s box, or ``None``."""
        from display.libraries import cairocffi

        key = (image.sha256, image.box.width, image.box.height, image.top, image.bottom)
        if key not in self._scaled:
            raw = self._decoded(image)
            if raw is None:
                return None
            width, height = image.box.width, image.box.height
            self._scaled[key] = cairocffi.ImageSurface(cairocffi.FORMAT_RGB24, width, height, data=raw, stride=width * 4)
            while sum(size[1] * size[2] * 4 for size in self._scaled) > MOST_BYTES and len(self._scaled) > 1:
                self._scaled.popitem(last=False)
        self._scaled.move_to_end(key)
        return self._scaled[key]

    def _readable(self, picture: "Picture") -> bool:
        from PIL import Image as Pillow
        from PIL import UnidentifiedImageError

        path = self._find(picture)
        if path is not None and self._paths.get(picture.sha256) == path:
            return True
        self._paths.pop(picture.sha256, None)
        if path is None or picture.width * picture.height > MOST_PIXELS:
            return False
        try:
            with Pillow.open(path) as opened:
                opened.draft("RGB", (1920, 1920))
                opened.load()
        except (OSError, SyntaxError, UnidentifiedImageError, ValueError, Pillow.DecompressionBombError):
            return False
        self._paths[picture.sha256] = path
        return True

    def _decoded(self, image: Image) -> bytearray | None:
        from PIL import Image as Pillow
        from PIL import UnidentifiedImageError

        path = self._paths.get(image.sha256)
        if path is None:
            return None
        try:
            with Pillow.open(path) as opened:
                whole = opened.convert("RGBA")
        except (OSError, SyntaxError, UnidentifiedImageError, ValueError):
            return None
        ground = Pillow.new("RGBA", whole.size, "white")
        ground.alpha_composite(whole)
        box = (0, round(whole.height * image.top), whole.width, max(1, round(whole.height * image.bottom)))
        scaled = ground.resize((image.box.width, image.box.height), Pillow.Resampling.LANCZOS, box)
        red, green, blue, alpha = scaled.split()
        return bytearray(Pillow.merge("RGBA", (blue, green, red, alpha)).tobytes())
