"""The questions and orders to Linux's DRM by which a program shows a picture without any graphics library (``drm_mode.h``)."""

import ctypes
import fcntl
import os
import select
from collections.abc import Sequence
from dataclasses import dataclass

from display.glass.kernel import U16, U32, U64, Crtc, Mode, Resources, number
from display.page import Rect, Size

CONNECTED = 1
PREFERRED = 1 << 3


class GetConnector(ctypes.Structure):
    """``struct drm_mode_get_connector``."""

    _fields_ = (
        *((name, U64) for name in ("encoders", "modes", "props", "values")),
        *((name, U32) for name in ("count_modes", "count_props", "count_encoders", "encoder", "id", "type", "type_id")),
        *((name, U32) for name in ("connection", "mm_width", "mm_height", "subpixel", "pad")),
    )


class GetEncoder(ctypes.Structure):
    """``struct drm_mode_get_encoder``."""

    _fields_ = tuple((name, U32) for name in ("id", "type", "crtc", "possible_crtcs", "possible_clones"))


class CreateDumb(ctypes.Structure):
    """``struct drm_mode_create_dumb``."""

    _fields_ = (*((name, U32) for name in ("height", "width", "bpp", "flags", "handle", "pitch")), ("size", U64))


class AddFrame(ctypes.Structure):
    """``struct drm_mode_fb_cmd``."""

    _fields_ = tuple((name, U32) for name in ("id", "width", "height", "pitch", "bpp", "depth", "handle"))


class Dirty(ctypes.Structure):
    """``struct drm_mode_fb_dirty_cmd``."""

    _fields_ = (*((name, U32) for name in ("fb", "flags", "colour", "count")), ("clips", U64))


class Clip(ctypes.Structure):
    """``struct drm_clip_rect``."""

    _fields_ = tuple((name, U16) for name in ("left", "top", "right", "bottom"))


class Flip(ctypes.Structure):
    """``struct drm_mode_crtc_page_flip``."""

    _fields_ = (*((name, U32) for name in ("crtc", "fb", "flags", "reserved")), ("user", U64))


_GET_RESOURCES, _SET_CRTC = number(0xA0, Resources), number(0xA2, Crtc)
_GET_CONNECTOR, _GET_ENCODER = number(0xA7, GetConnector), number(0xA6, GetEncoder)
_PAGE_FLIP, _WITH_EVENT, _EVENTS = number(0xB0, Flip), 1, 4096
_CREATE_DUMB, _ADD_FB, _DIRTY_FB = number(0xB2, CreateDumb), number(0xAE, AddFrame), number(0xB1, Dirty)


@dataclass(frozen=True)
class Output:
    """A connected screen: its *connector*, the *crtc* that can drive it, and its modes, the preferred one first."""

    connector: int
    crtc: int
    modes: tuple[Mode, ...]

    def mode(self, wanted: Size | None) -> Mode:
        """The first mode of the *wanted* size, else the preferred one."""
        return next((mode for mode in self.modes if (mode.width, mode.height) == wanted), self.modes[0])


def outputs(card: int) -> list[Output]:
    """The connected screens of the open *card*; asking for their modes looks at the screen itself. ``OSError`` as the kernel gives it."""
    counted = Resources()
    fcntl.ioctl(card, _GET_RESOURCES, counted)
    connectors, crtcs = (U32 * counted.count_connectors)(), (U32 * counted.count_crtcs)()
    asked = Resources(
        connectors=ctypes.addressof(connectors), count_connectors=len(connectors), crtcs=ctypes.addressof(crtcs), count_crtcs=len(crtcs)
    )
    fcntl.ioctl(card, _GET_RESOURCES, asked)
    found = (_output(card, connector, list(crtcs)) for connector in connectors)
    return [output for output in found if output is not None]


def _output(card: int, connector: int, crtcs: Sequence[int]) -> Output | None:
    counted = GetConnector(id=connector)
    fcntl.ioctl(card, _GET_CONNECTOR, counted)
    if counted.connection != CONNECTED or not counted.count_modes or not counted.count_encoders:
        return None
    modes, encoders = (Mode * counted.count_modes)(), (U32 * counted.count_encoders)()
    asked = GetConnector(
        id=connector,
        modes=ctypes.addressof(modes),
        count_modes=len(modes),
        encoders=ctypes.addressof(encoders),
        count_encoders=len(encoders),
    )
    fcntl.ioctl(card, _GET_CONNECTOR, asked)
    encoder = GetEncoder(id=asked.encoder or encoders[0])
    fcntl.ioctl(card, _GET_ENCODER, encoder)
    crtc = encoder.crtc or next((crtc for n, crtc in enumerate(crtcs) if encoder.possible_crtcs >> n & 1), 0)
    best = sorted(modes, key=lambda mode: not mode.type & PREFERRED)
    return Output(connector, crtc, tuple(best)) if crtc else None


def create_dumb(card: int, size: Size) -> CreateDumb:
    """A buffer of *size* in memory that the CPU can write, four bytes a pixel; the kernel frees it when *card* is closed."""
    made = CreateDumb(width=size[0], height=size[1], bpp=32)
    fcntl.ioctl(card, _CREATE_DUMB, made)
    return made


def add_frame(card: int, buffer: CreateDumb) -> int:
    """The number of *buffer* as something that can be scanned out."""
    made = AddFrame(width=buffer.width, height=buffer.height, pitch=buffer.pitch, bpp=32, depth=24, handle=buffer.handle)
    fcntl.ioctl(card, _ADD_FB, made)
    return int(made.id)


def set_crtc(card: int, output: Output, mode: Mode, frame: int) -> None:
    """From now on *output* shows *frame* in *mode*."""
    connector = U32(output.connector)
    wanted = Crtc(connectors=ctypes.addressof(connector), count_connectors=1, id=output.crtc, fb=frame, mode_valid=1, mode=mode)
    fcntl.ioctl(card, _SET_CRTC, wanted)


def dirty(card: int, frame: int, boxes: Sequence[Rect]) -> None:
    """*boxes* of *frame* have changed: for drivers that do not look at it by themselves; others have no such order."""
    clips = (Clip * len(boxes))(*(Clip(box.x, box.y, box.right, box.bottom) for box in boxes))
    fcntl.ioctl(card, _DIRTY_FB, Dirty(fb=frame, clips=ctypes.addressof(clips), count=len(boxes)))


def flip(card: int, output: Output, frame: int, seconds: float) -> bool:
    """Show *frame* from the next refresh on; whether that came within *seconds*."""
    fcntl.ioctl(card, _PAGE_FLIP, Flip(crtc=output.crtc, fb=frame, flags=_WITH_EVENT))
    if not select.select([card], [], [], seconds)[0]:
        return False
    os.read(card, _EVENTS)
    return True
