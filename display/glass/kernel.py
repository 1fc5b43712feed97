"""The few questions to Linux's DRM that reading a scanned-out buffer takes (``include/uapi/drm/drm_mode.h``, ``drm.h``)."""

import ctypes
import fcntl
import os

U16, U32, U64 = ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64


class Resources(ctypes.Structure):
    """``struct drm_mode_card_res``."""

    _fields_ = (
        *((name, U64) for name in ("fbs", "crtcs", "connectors", "encoders")),
        *((name, U32) for name in ("count_fbs", "count_crtcs", "count_connectors", "count_encoders")),
        *((name, U32) for name in ("min_width", "max_width", "min_height", "max_height")),
    )


class Mode(ctypes.Structure):
    """``struct drm_mode_modeinfo``."""

    _fields_ = (
        ("clock", U32),
        *((name, U16) for name in ("width", "hsync_start", "hsync_end", "htotal", "hskew")),
        *((name, U16) for name in ("height", "vsync_start", "vsync_end", "vtotal", "vscan")),
        *((name, U32) for name in ("refresh", "flags", "type")),
        ("name", ctypes.c_char * 32),
    )


class Crtc(ctypes.Structure):
    """``struct drm_mode_crtc``."""

    _fields_ = (
        ("connectors", U64),
        *((name, U32) for name in ("count_connectors", "id", "fb", "x", "y", "gamma_size", "mode_valid")),
        ("mode", Mode),
    )


class FrameBuffer(ctypes.Structure):
    """``struct drm_mode_fb_cmd2``."""

    _fields_ = (
        *((name, U32) for name in ("id", "width", "height", "format", "flags")),
        *((name, U32 * 4) for name in ("handles", "pitches", "offsets")),
        ("modifiers", U64 * 4),
    )


class MapDumb(ctypes.Structure):
    """``struct drm_mode_map_dumb``."""

    _fields_ = (("handle", U32), ("pad", U32), ("offset", U64))


class Prime(ctypes.Structure):
    """``struct drm_prime_handle``."""

    _fields_ = (("handle", U32), ("flags", U32), ("fd", ctypes.c_int32))


class Close(ctypes.Structure):
    """``struct drm_gem_close``."""

    _fields_ = (("handle", U32), ("pad", U32))


_READ_WRITE, _WRITE = 3, 1


def number(order: int, kind: type[ctypes.Structure], way: int = _READ_WRITE) -> int:
    """The ``ioctl`` number of DRM's *order* that takes a *kind*."""
    return way << 30 | ctypes.sizeof(kind) << 16 | ord("d") << 8 | order


_GET_RESOURCES, _GET_CRTC, _GET_FB2 = number(0xA0, Resources), number(0xA1, Crtc), number(0xCE, FrameBuffer)
_MAP_DUMB, _HANDLE_TO_FD, _GEM_CLOSE = number(0xB3, MapDumb), number(0x2D, Prime), number(0x09, Close, _WRITE)


def active_crtcs(card: int) -> list[Crtc]:
    """The CRTCs of the open *card* that scan out a buffer in a valid mode; ``OSError`` as the kernel gives it."""
    resources = Resources()
    fcntl.ioctl(card, _GET_RESOURCES, resources)
    numbers = (U32 * resources.count_crtcs)()
    asked = Resources(crtcs=ctypes.addressof(numbers), count_crtcs=resources.count_crtcs)
    fcntl.ioctl(card, _GET_RESOURCES, asked)
    found = [Crtc(id=number) for number in numbers[: asked.count_crtcs]]
    for crtc in found:
        fcntl.ioctl(card, _GET_CRTC, crtc)
    return [crtc for crtc in found if crtc.mode_valid and crtc.fb]


def frame_buffer(card: int, number: int) -> FrameBuffer:
    """The buffer *number*; its handles are 0 for whoever is neither the card's master nor root. Let go of it with `let_go`."""
    found = FrameBuffer(id=number)
    fcntl.ioctl(card, _GET_FB2, found)
    return found


def map_offset(card: int, handle: int) -> int:
    """Where in *card* a CPU-readable buffer is mapped."""
    asked = MapDumb(handle=handle)
    fcntl.ioctl(card, _MAP_DUMB, asked)
    return int(asked.offset)


def exported(card: int, handle: int) -> int:
    """The buffer as a file descriptor of its own, for drivers that map only those; the caller closes it."""
    asked = Prime(handle=handle, flags=os.O_CLOEXEC | os.O_RDWR)
    fcntl.ioctl(card, _HANDLE_TO_FD, asked)
    return int(asked.fd)


def let_go(card: int, frame: FrameBuffer) -> None:
    """Close the handles that `frame_buffer` opened."""
    for handle in {handle for handle in frame.handles if handle}:
        fcntl.ioctl(card, _GEM_CLOSE, Close(handle=handle))
