"""Pictures from the shelf, decoded no larger than they stand, and those that cannot be, with the reason: they are left out."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from display.page import Image

if TYPE_CHECKING:  # the built-in page is on the board before the models of bundles are loaded
    from bundle.asset import Picture

MOST_BYTES = 48 * 1024 * 1024

Find = Callable[["Picture"], Path | None]


class _Own(threading.local):
    """Cairo's surfaces belong to the thread that made them; those in memory, newest last."""

    def __init__(self) -> None:
        self.scaled: OrderedDict[tuple[str, int, int, float, float], Any] = OrderedDict()


class Pictures:
    """Where pictures come from (*find*) and those in memory. For any thread: each decodes for itself what it paints."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._known: dict[str, tuple[Path, Picture]] = {}
        self._own = _Own()
        self._lock = threading.Lock()
        self.problems: dict[str, str] = {}
        """Why pictures were left out when they were looked at last, by SHA-256."""

    def lacking(self, pictures: "Iterable[Picture]") -> frozenset[str]:
        """The SHA-256 of those that cannot be drawn now; they are looked for again next time."""
        return frozenset(picture.sha256 for picture in pictures if not self._readable(picture))

    def surface(self, image: Image) -> Any | None:
        """A cairo surface of exactly the size of *image*'s box, or ``None``."""
        import cairocffi

        key = (image.sha256, image.box.width, image.box.height, image.top, image.bottom)
        scaled = self._own.scaled
        if key not in scaled:
            raw = self._decoded(image)
            if raw is None:
                return None
            width, height = image.box.width, image.box.height
            scaled[key] = cairocffi.ImageSurface(cairocffi.FORMAT_RGB24, width, height, data=raw, stride=width * 4)
            while sum(size[1] * size[2] * 4 for size in scaled) > MOST_BYTES and len(scaled) > 1:
                scaled.popitem(last=False)
        scaled.move_to_end(key)
        return scaled[key]

    def _readable(self, picture: "Picture") -> bool:
        """Whether it is what was signed and can be decoded: found out by decoding it once, as small as its format can."""
        from display.media.decoded import LEAST, Unreadable, decoded

        path = self._find(picture)
        if path is not None and self._known.get(picture.sha256, (None, None))[0] == path:
            return True
        self._known.pop(picture.sha256, None)
        try:
            if path is None:
                raise Unreadable("thiếu hoặc không đúng / missing, or not what was signed")
            decoded(path, picture, LEAST)
        except Unreadable as problem:
            with self._lock:
                self.problems = {**self.problems, picture.sha256: str(problem)}
            return False
        with self._lock:
            self.problems = {sha256: why for sha256, why in self.problems.items() if sha256 != picture.sha256}
        self._known[picture.sha256] = (path, picture)
        return True

    def _decoded(self, image: Image) -> bytearray | None:
        from PIL import Image as Pillow

        from display.media.decoded import Unreadable, decoded

        if image.sha256 not in self._known:
            return None
        size = image.box.width, image.box.height
        try:
            whole = decoded(*self._known[image.sha256], (size[0], round(size[1] / (image.bottom - image.top))))
        except Unreadable:
            return None
        box = (0, round(whole.height * image.top), whole.width, max(1, round(whole.height * image.bottom)))
        return bytearray(whole.resize(size, Pillow.Resampling.LANCZOS, box).tobytes("raw", "BGRX"))
