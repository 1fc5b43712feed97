"""A picture of the board on request: asked and answered through files in RAM, in few enough bytes for a thin link."""

import logging
import secrets
import threading
import time
from pathlib import Path

import pygame
from pydantic import ValidationError

from bundle.errors import refuse
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from director.moment import Moment
from display.glass.judge import Sight
from display.showing.lasting import LastingScreen, no_screen
from evidence.records import MOST_SCREENSHOT
from evidence.report import Screenshot, ScreenshotRequest

PATIENCE, LOOK = 15.0, 0.05
"""Seconds that an answer may take: encoding one takes a Pi 3 some seconds, beside the board's own work."""
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


def ask(paths: Paths) -> Screenshot:
    """The answer of the running program; ``Refused`` when it gives none in time."""
    asked, end = secrets.token_hex(8), time.monotonic() + PATIENCE
    write_volatile(paths.screenshot_request, ScreenshotRequest(request=asked).model_dump_json().encode(), shared=True)
    while time.monotonic() < end:
        try:
            answer = read_own(Screenshot, paths.screenshot)
        except (FileNotFoundError, ValidationError):
            answer = None
        if answer is not None and answer.request == asked:
            return answer
        threading.Event().wait(LOOK)
    what = f"chương trình bảng tin không trả lời trong {PATIENCE:.0f} giây / the board's program gave no answer in {PATIENCE:.0f} seconds"
    raise refuse(str(paths.screenshot_request), what, "xem / see: bangtin status")


def sentence(answer: Screenshot) -> str:
    """What the picture proves, for whoever asked."""
    at = f"{answer.at.wall:%Y-%m-%d %H:%M:%S} UTC"
    if answer.picture is None:
        return f"không có hình lúc {at} / no picture at {at}: {answer.why or no_screen('?')}"
    glass = {
        Sight.THERE: "phần cứng màn hình nhận đúng hình này / the display hardware is given this picture",
        Sight.MISSING: "phần cứng màn hình KHÔNG nhận hình này / the display hardware is NOT given this picture",
        Sight.UNKNOWN: "không đọc lại được từ phần cứng màn hình / nothing was read back from the display hardware",
    }[Sight(answer.glass)]
    simulated = f" · mô phỏng / simulated: {', '.join(answer.simulated)}" if answer.simulated else ""
    return f"{answer.showing}, {at}: đọc lại từ mặt hình đã đưa ra / read back from the presented surface; {glass}{simulated}"
