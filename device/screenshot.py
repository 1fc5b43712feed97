"""Asking the board's program for a picture of what it presents, through files in RAM, and what such a picture proves."""

import secrets
import threading
import time

from pydantic import ValidationError

from bundle.errors import refuse
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.report import Screenshot, ScreenshotRequest

PATIENCE, LOOK = 15.0, 0.05
"""Seconds that an answer may take: encoding one takes a Pi 3 some seconds, beside the board's own work."""
NO_ANSWER = f"chương trình bảng tin không trả lời trong {PATIENCE:.0f} giây / the board's program gave no answer in {PATIENCE:.0f} seconds"
_GLASS = {
    "there": "phần cứng màn hình nhận đúng hình này / the display hardware is given this picture",
    "missing": "phần cứng màn hình KHÔNG nhận hình này / the display hardware is NOT given this picture",
    "unknown": "không đọc lại được từ phần cứng màn hình / nothing was read back from the display hardware",
}


def request_picture(paths: Paths) -> str:
    """Ask for a picture, in the place of whoever asked before; the name of the answer."""
    asked = secrets.token_hex(8)
    write_volatile(paths.screenshot_request, ScreenshotRequest(request=asked).model_dump_json().encode(), shared=True)
    return asked


def picture_for(paths: Paths, asked: str) -> Screenshot | None:
    """The answer to *asked*, once it is there."""
    try:
        answer = read_own(Screenshot, paths.screenshot)
    except (FileNotFoundError, ValidationError):
        return None
    return answer if answer.request == asked else None


def ask(paths: Paths) -> Screenshot:
    """The answer of the running program; ``Refused`` when it gives none in time."""
    asked, end = request_picture(paths), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (answer := picture_for(paths, asked)) is not None:
            return answer
        threading.Event().wait(LOOK)
    raise refuse(str(paths.screenshot_request), NO_ANSWER, "xem / see: bangtin status")


def sentence(answer: Screenshot) -> str:
    """What the picture proves, for whoever asked."""
    at = f"{answer.at.wall:%Y-%m-%d %H:%M:%S} UTC"
    if answer.picture is None:
        return f"không có hình lúc {at} / no picture at {at}: {answer.why or '?'}"
    simulated = f" · mô phỏng / simulated: {', '.join(answer.simulated)}" if answer.simulated else ""
    return (
        f"{answer.showing}, {at}: đọc lại từ mặt hình đã đưa ra / read back from the presented surface; {_GLASS[answer.glass]}{simulated}"
    )
