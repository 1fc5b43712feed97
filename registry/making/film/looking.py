"""What a film's file says of itself, and every frame of it decoded once: what cannot be decoded here is not sent to a board."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace
from PIL import Image

from bundle.errors import Refused, refuse
from registry.making.film.faults import Seen

MOST_PIXELS = 8192 * 8192
"""Of one frame that is opened at all: beyond it the file only claims to be a film."""
_LOCAL = {"protocol_whitelist": "file"}
"""A file that names other files or addresses must not make this computer open them."""
_ORIGINAL = "lấy lại bản gốc của phim, kiểm tra xem có chạy được không / get the original again and see whether it plays"
_UNSAID = 2
"""The matrix of colours as ITU-T H.273 counts them: unspecified."""
_LOOKS = 0.5
"""Seconds between the frames among which the poster is chosen."""
_ERRORS = (av.FFmpegError, OSError, ValueError, ArithmeticError, IndexError)


@dataclass(frozen=True)
class Watched:
    """A film that was decoded whole: *frames*, those of its *busiest* second, *seconds*, and the picture that shows most."""

    frames: int
    busiest: int
    seconds: float
    poster: Image.Image


def look(path: Path, where: str) -> Seen:
    """What the file says of its film; ``Refused`` when it is none."""
    try:
        with av.open(str(path), options=_LOCAL) as container:
            if not container.streams.video:
                raise _no_film(path, where, "không có hình / no moving pictures")
            return _seen(container, path, where)
    except _ERRORS as problem:
        raise _no_film(path, where, str(problem)) from None


def _no_film(path: Path, where: str, why: str) -> Refused:
    return refuse(where, f"không đọc được phim “{path.name}” / the film cannot be read: {why}", _ORIGINAL)


def _seen(container: av.container.InputContainer, path: Path, where: str) -> Seen:
    stream = container.streams.video[0]
    codec = stream.codec_context
    if codec.width * codec.height > MOST_PIXELS:
        raise _no_film(path, where, f"{codec.width} x {codec.height} điểm ảnh / pixels")
    first = next(container.decode(stream), None)
    if first is None:
        raise _no_film(path, where, "không có hình nào / not one frame")
    return Seen(
        codec=codec.name,
        profile=codec.profile or "?",
        level=codec.level,
        pixels=codec.pix_fmt or "?",
        transfer=codec.color_trc,
        width=codec.width,
        height=codec.height,
        turned=first.rotation,
        shape=float(stream.sample_aspect_ratio or 1),
        interlaced=first.interlaced_frame,
        rate=float(stream.average_rate or 0),
        duration=float((stream.duration or 0) * (stream.time_base or 0)) or (container.duration or 0) / av.time_base,
        size=path.stat().st_size,
    )


def write_silent(path: Path, made: Path, where: str) -> None:
    """The film's own track of *path* as an MP4 for boards, not encoded again: no sound, no titles, no places, its index in front.

    ``Refused`` when some of the frames that *path* promises are not in it.
    """
    count = 0
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), options=_LOCAL) as source, av.open(str(made), "w", format="mp4", options=options) as target:
        track = source.streams.video[0]
        kept = target.add_stream_from_template(track)
        for packet in source.demux(track):
            if packet.dts is not None and not packet.is_corrupt:
                count, packet.stream = count + 1, kept
                target.mux(packet)
        promised, rate = track.frames, float(track.average_rate or 1)
    # Some containers promise nothing; in an MP4 whose transfer broke off this is all that tells.
    if count < promised:
        raise _damaged(path.name, where, count / rate)


def watch(path: Path, name: str, where: str) -> Watched:
    """Decode every frame of an MP4; ``Refused`` when one is missing, broken or out of order."""
    times: list[float] = []
    best, detail, looked = None, -1.0, -_LOOKS
    try:
        with av.open(str(path), format="mp4", options=_LOCAL) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            promised = stream.frames
            for frame in container.decode(stream):
                if frame.is_corrupt or (times and frame.time <= times[-1]):
                    raise _damaged(name, where, frame.time)
                times.append(frame.time)
                if frame.time - looked >= _LOOKS:
                    looked, shows = frame.time, _detail(frame)
                    best, detail = (frame, shows) if shows > detail else (best, detail)
    except _ERRORS:
        raise _damaged(name, where, times[-1] if times else 0.0) from None
    if best is None or len(times) != promised:
        raise _damaged(name, where, times[-1] if times else 0.0)
    busiest = int(np.max(np.searchsorted(times, np.asarray(times) + 1.0 - 1e-6) - np.arange(len(times))))
    seconds = times[-1] - times[0]
    # The last frame stays as long as the others did on average.
    lasting = seconds / (len(times) - 1) if len(times) > 1 else 1.0
    return Watched(len(times), busiest, seconds + lasting, _picture(best))


def _picture(frame: av.VideoFrame) -> Image.Image:
    # A frame that does not say which matrix made it has that of BT.709 from 720 lines on, as players guess.
    unsaid = frame.colorspace == _UNSAID and frame.height >= 720
    colours = frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709 if unsaid else None)
    return Image.fromarray(colours.to_ndarray())


def _detail(frame: av.VideoFrame) -> float:
    """How much there is to see: black and plain colours have none."""
    return float(frame.reformat(width=64, height=64, format="gray").to_ndarray().std())


def _damaged(name: str, where: str, second: float) -> Refused:
    return refuse(where, f"phim “{name}” bị hỏng ở giây {second:.1f} / the film is damaged at second {second:.1f}", _ORIGINAL)
