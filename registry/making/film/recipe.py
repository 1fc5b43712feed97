"""The ffmpeg command that makes one refused film fit for a board. Pure."""

import shlex
from collections.abc import Iterator
from pathlib import PurePath

from registry.making.film.faults import LONGEST_SIDE, Fault, Seen, Trouble
from registry.making.film.limits import FilmLimits

BOARD = (LONGEST_SIDE, 1080)
EASY_RATE = 25
MOST_BITS = 6_000_000
"""A second: sharp enough for a board in full HD, and well below what level 4.0 allows."""
_SPARE = 0.9


def recipe(name: str, seen: Seen, faults: tuple[Fault, ...], limits: FilmLimits) -> str:
    """One line to type in the folder where the file *name* lies; it makes ``<name>-bang.mp4`` beside it."""
    troubles = {fault.trouble for fault in faults}
    length = ["-t", f"{limits.seconds:g}"] if Trouble.LENGTH in troubles else []
    filters = ["-vf", ",".join(_filters(seen, troubles, limits))]
    seconds = min(seen.duration, limits.seconds) or limits.seconds
    # The coder may run ahead by its buffer, which holds one second.
    bits = min(MOST_BITS, int(limits.megabytes * 8e6 * _SPARE / (seconds + 1)))
    coded = ["-c:v", "libx264", "-profile:v", "high", "-level:v", "4.0", "-crf", "23", "-maxrate", str(bits), "-bufsize", str(bits)]
    made = f"{PurePath(name).stem}-bang.mp4"
    # The film only: no sound, no place where it was taken.
    bare = ["-map", "0:v:0", "-an", "-map_metadata", "-1", "-movflags", "+faststart"]
    # A name that begins with a dash would be an option.
    return shlex.join(["ffmpeg", "-i", f"./{name}", *length, *filters, *coded, *bare, f"./{made}"])


def _filters(seen: Seen, troubles: set[Trouble], limits: FilmLimits) -> Iterator[str]:
    if Trouble.INTERLACED in troubles:
        yield "yadif"
    if Trouble.HDR in troubles:
        yield "zscale=t=linear:npl=100,tonemap=hable,zscale=t=bt709:m=bt709:p=bt709:r=tv"
    if Trouble.RATE in troubles:
        yield f"fps={min(EASY_RATE, limits.rate):g}"
    if Trouble.SIZE in troubles:
        width, height = fitted(seen)
        yield f"scale={width}:{height},setsar=1"
    yield "format=yuv420p"


def fitted(seen: Seen) -> tuple[int, int]:
    """The even size with square pixels in which it fits a board that lies or stands as it does; ffmpeg has turned it upright by then."""
    width, height = seen.width * seen.shape, float(seen.height)
    if seen.turned % 180:
        width, height = height, width
    box = BOARD if width >= height else BOARD[::-1]
    factor = min(1.0, box[0] / width, box[1] / height)
    return max(16, round(width * factor / 2) * 2), max(16, round(height * factor / 2) * 2)
