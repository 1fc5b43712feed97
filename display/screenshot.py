"""A picture of the board on request (`device.screenshot`), in few enough bytes for a thin link."""

import logging
import threading
from pathlib import Path

import pygame
from pydantic import ValidationError

from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from director.moment import Moment
from display.showing.lasting import LastingScreen
from evidence.records import MOST_SCREENSHOT
from evidence.report import Screenshot, ScreenshotRequest

log = logging.getLogger(__name__)


class Screenshots:
    """Answers requests, one at a time; the board goes on meanwhile."""

    def __init__(self, paths: Paths, screen: LastingScreen, simulated: tuple[str, ...]) -> None:
        self._request, self._answer = paths.screenshot_request, paths.screenshot
        self._screen, self._simulated = screen, simulated
        self._seen = self._look()
        self._thread: threading.Thread | None = None

    def look(self, moment: Moment, showing: str | None, visible: bool, why: str) -> None:
        """Answer what was asked since the last look: what is presented at *moment*, or *why* nothing is *visible*."""
        if (self._thread is not None and self._thread.is_alive()) or (asked := self._look()) == self._seen:
            return
        self._seen = asked
        try:
            request = read_own(ScreenshotRequest, self._request).request
        except (OSError, ValidationError) as problem:
            log.warning("screenshot request: %s", problem)
            return
        answer = Screenshot(request=request, at=moment.stamp(), showing=showing, simulated=self._simulated, why=why or None)
        if visible:
            answer = answer.model_copy(update={"glass": self._screen.proof().sight.value})
        seen = self._screen.seen() if visible else None
        self._thread = threading.Thread(target=_write, args=(self._answer, answer, seen), name="screenshot", daemon=True)
        self._thread.start()

    def _look(self) -> tuple[int, int]:
        try:
            found = self._request.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino


def _write(path: Path, answer: Screenshot, seen: pygame.Surface | None) -> None:
    from PIL import Image

    from device.shrink import shrunk

    if seen is not None:
        picture = Image.frombytes("RGB", seen.get_size(), pygame.image.tobytes(seen, "RGB"))
        answer = answer.model_copy(update={"picture": shrunk(picture, MOST_SCREENSHOT)})
    try:
        write_volatile(path, answer.model_dump_json(exclude_defaults=True).encode())
    except OSError as problem:
        log.warning("screenshot: %s", problem)
