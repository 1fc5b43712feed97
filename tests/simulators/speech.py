"""An officer's voice for tests: seconds of a tone as the streams that phones and commands send, made by a real encoder."""

import io
from functools import cache

import av
import numpy as np

RATE = 48000


@cache
def spoken(media: str, seconds: float = 3.0, pitch: float = 440.0) -> bytes:
    """A tone of *pitch* Hz as ``audio/ogg`` or ``audio/webm``, Opus in both, written as it is while somebody still speaks."""
    out = io.BytesIO()
    options = {"page_duration": "200000"} if media == "audio/ogg" else {"live": "1", "cluster_time_limit": "1000"}
    # Without seeking: what a live muxer cannot go back to and fill in is missing here as well.
    out.seekable = lambda: False  # type: ignore[method-assign]
    with av.open(out, "w", format=media.removeprefix("audio/"), options=options) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 32000
        wave = np.sin(2 * np.pi * pitch * np.arange(int(seconds * RATE)) / RATE) * 8000
        for start in range(0, len(wave), 960):
            samples = np.resize(wave[start : start + 960], 960).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def heard(data: bytes) -> tuple[float, float]:
    """How many seconds a decoder gets out of *data*, and the pitch (Hz) of what it hears."""
    with av.open(io.BytesIO(data)) as container:
        parts = [frame.to_ndarray().reshape(-1).astype(np.float64) for frame in container.decode(audio=0)]
    wave = np.concatenate(parts)
    middle = wave[len(wave) // 4 : -len(wave) // 4] * np.hanning(len(wave[len(wave) // 4 : -len(wave) // 4]))
    return len(wave) / RATE, float(np.argmax(np.abs(np.fft.rfft(middle))) * RATE / len(middle))
