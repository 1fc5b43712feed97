"""Why a board cannot show a film as it is: what is seen of the file, compared with what each Pi decodes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bundle.asset import MAX_FILM_PIXELS
from registry.making.film.limits import FilmLimits

CODEC = "h264"
PROFILES = ("Constrained Baseline", "Baseline", "Main", "High")
LEVEL = 41
PIXELS = ("yuv420p", "yuvj420p")
LONGEST_SIDE = 1920
TOLERATED_RATE = 1.02
"""A telephone's clock: its 30 frames a second are 29.9 or 30.1."""
_HDR = (16, 18)
"""Transfer functions of ITU-T H.273: PQ and HLG. On a board without them colours are dull and dark."""


@dataclass(frozen=True)
class Seen:
    """What a file says of its film; *size* in bytes, *turned* in degrees, *shape* the width of a pixel over its height."""

    codec: str
    profile: str
    level: int
    pixels: str
    transfer: int
    width: int
    height: int
    turned: int
    shape: float
    interlaced: bool
    rate: float
    duration: float
    size: int


class Trouble(Enum):
    """What a recipe must mend."""

    ENCODING = auto()
    SIZE = auto()
    RATE = auto()
    TURNED = auto()
    INTERLACED = auto()
    HDR = auto()
    LENGTH = auto()
    WEIGHT = auto()


@dataclass(frozen=True)
class Fault:
    """One reason, as people read it."""

    trouble: Trouble
    told: str


def faults(seen: Seen, limits: FilmLimits) -> tuple[Fault, ...]:
    """All that keeps a board from showing it; none when it can."""
    return (*_encoding(seen), *_picture(seen), *_amount(seen, limits))


def _encoding(seen: Seen) -> Iterator[Fault]:
    if seen.codec != CODEC:
        yield Fault(Trouble.ENCODING, f"mã hóa {seen.codec}, bảng chỉ giải mã H.264 / encoded as {seen.codec}, boards decode H.264 only")
    elif seen.profile not in PROFILES or seen.pixels not in PIXELS:
        yield Fault(Trouble.ENCODING, f"H.264 dạng {seen.profile}, {seen.pixels} / boards decode up to High, yuv420p")
    elif seen.level > LEVEL:
        yield Fault(Trouble.ENCODING, f"H.264 mức {seen.level / 10:.1f}, tối đa 4.1 / level {seen.level / 10:.1f}, at most 4.1")
    if seen.transfer in _HDR:
        yield Fault(Trouble.HDR, "phim HDR / high dynamic range")


def _picture(seen: Seen) -> Iterator[Fault]:
    wide = max(seen.width, seen.height) > LONGEST_SIDE or seen.width * seen.height > MAX_FILM_PIXELS
    odd = seen.width % 2 or seen.height % 2 or min(seen.width, seen.height) < 16
    if wide or odd or abs(seen.shape - 1) > 0.01:
        what = f"khung hình {seen.width} x {seen.height}"
        yield Fault(Trouble.SIZE, f"{what}, tối đa 1920 x 1080, chẵn, điểm ảnh vuông / at most 1920 x 1080, even, square pixels")
    if seen.turned % 360:
        yield Fault(Trouble.TURNED, f"phim quay nghiêng {seen.turned}° / filmed turned by {seen.turned}°")
    if seen.interlaced:
        yield Fault(Trouble.INTERLACED, "phim xen kẽ (interlaced) / interlaced")


def _amount(seen: Seen, limits: FilmLimits) -> Iterator[Fault]:
    if seen.rate > limits.rate * TOLERATED_RATE:
        yield Fault(Trouble.RATE, f"{seen.rate:.1f} hình mỗi giây, tối đa {limits.rate:g} / frames a second, at most {limits.rate:g}")
    if seen.duration > limits.seconds:
        yield Fault(Trouble.LENGTH, f"dài {seen.duration:.0f} giây, tối đa {limits.seconds:g} / seconds long, at most {limits.seconds:g}")
    if seen.size > limits.megabytes * 1e6:
        yield Fault(Trouble.WEIGHT, f"nặng {seen.size / 1e6:.1f} MB, tối đa {limits.megabytes:g} / MB, at most {limits.megabytes:g}")
