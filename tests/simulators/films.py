"""Small films made by libx264 itself: a bar that walks over a ground whose brightness tells the number of the frame."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

LIGHTEST = 235


def shade(n: int) -> int:
    """The grey of the ground of frame *n*: it grows by 8 and begins again, and coding does not move it that far."""
    return 24 + 8 * (n % 25)


def write_film(
    path: Path,
    frames: int = 25,
    size: tuple[int, int] = (160, 90),
    rate: int = 25,
    times: list[float] | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    turned: int = 0,
    sound: bool = False,
    codec_options: dict[str, str] | None = None,
) -> Path:
    """A film of *frames* at *rate*, or at *times* in seconds where its frames are not evenly apart."""
    width, height = size
    with av.open(str(path), "w") as container:
        if sound:
            container.metadata.update(location="+21.0285+105.8542/", title="nhà ông Mẫu")
        stream = container.add_stream(codec, rate=rate, options={"preset": "veryfast", "crf": "10", **(codec_options or {})})
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        if turned:
            stream.set_display_rotation(turned)
        voice = container.add_stream("aac", rate=48_000) if sound else None
        stream.codec_context.time_base = stream.time_base = Fraction(1, 12_800)
        for n in range(frames):
            frame = av.VideoFrame.from_ndarray(drawn(n, width, height), format="gray").reformat(format=pixels)
            frame.pts = round((times[n] if times else n / rate) * 12_800)
            frame.time_base = Fraction(1, 12_800)
            container.mux(stream.encode(frame))
        if voice is not None:
            tone = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), format="fltp", layout="mono")
            tone.sample_rate = 48_000
            container.mux(voice.encode(tone))
            container.mux(voice.encode(None))
        container.mux(stream.encode(None))
    return path


def drawn(n: int, width: int, height: int) -> np.ndarray:
    """Frame *n*, shape (height, width) of luma."""
    picture = np.full((height, width), shade(n), np.uint8)
    bar = max(2, width // 16)
    at = (n * bar) % max(1, width - bar)
    picture[: height // 4, at : at + bar] = LIGHTEST
    return picture
