"""Sound in and out of files: any recording to mono 48 kHz samples, samples through a filter, samples to Ogg/Opus."""

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from bundle.errors import refuse

RATE = 48_000
MAX_SECONDS = 30 * 60
Samples = NDArray[np.float32]

# Named demuxers only: left to guess, the library would also open playlists that name other files.
_DEMUXERS = {
    ".wav": "wav",
    ".flac": "flac",
    ".mp3": "mp3",
    ".ogg": "ogg",
    ".opus": "ogg",
    ".m4a": "mov",
    ".3gp": "mov",
    ".aac": "aac",
    ".amr": "amr",
}
_RECIPE = "chuyển thành WAV / convert to WAV: ffmpeg -i {name} -ac 1 -ar 48000 bai-moi.wav"


def decode(data: bytes, name: str, where: str) -> Samples:
    """The first audio track of a file called *name* as mono samples at 48 kHz, about -1 to 1; ``Refused`` if it has none."""
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix not in _DEMUXERS:
        known = ", ".join(_DEMUXERS)
        raise refuse(where, f"“{name}” không phải loại tệp âm thanh biết đọc / not a known kind of sound file ({known})", _recipe(name))
    try:
        # Titles in an old encoding are common in recordings and no reason to refuse the sound.
        with av.open(io.BytesIO(data), "r", format=_DEMUXERS[suffix], metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise refuse(where, f"“{name}” không có tiếng / has no sound track", _recipe(name))
            parts = list(_resampled(container, name, where))
    except av.FFmpegError as problem:
        raise refuse(where, f"không giải mã được “{name}” / cannot be decoded: {problem.strerror}", _recipe(name)) from None
    if not parts:
        raise refuse(where, f"không giải mã được “{name}” / cannot be decoded: không có mẫu nào / no samples", _recipe(name))
    samples: Samples = np.concatenate(parts)
    if not np.isfinite(samples).all():
        raise refuse(where, f"“{name}” chứa mẫu âm thanh hỏng / holds broken samples", _recipe(name))
    return samples


def _recipe(name: str) -> str:
    return _RECIPE.format(name=name)


def _resampled(container: av.container.InputContainer, name: str, where: str) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    total = 0
    for frame in (*container.decode(audio=0), None):
        for made in resampler.resample(frame):
            total += made.samples
            if total > MAX_SECONDS * RATE:
                limit = MAX_SECONDS // 60
                raise refuse(where, f"“{name}” dài hơn {limit} phút / longer than {limit} minutes", "chia thành nhiều bài / split it")
            yield made.to_ndarray().reshape(-1).astype(np.float32, copy=False)


def filtered(samples: Samples, *filters: tuple[str, str]) -> Iterator[av.AudioFrame]:
    """The frames that leave libavfilter's chain of (name, arguments) *filters*, ending at mono 48 kHz."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
    chain = [source, *(graph.add(name, arguments) for name, arguments in filters), graph.add("abuffersink")]
    graph.link_nodes(*chain).configure()
    source.push(_frame(samples))
    source.push(None)
    while True:
        try:
            yield chain[-1].pull()  # type: ignore[misc]  # an abuffersink gives audio frames
        except av.EOFError:
            return


def through(samples: Samples, *filters: tuple[str, str]) -> Samples:
    """*samples* after *filters*, as 32-bit float samples."""
    parts = [frame.to_ndarray().reshape(-1) for frame in filtered(samples, *filters, ("aformat", "sample_fmts=flt:channel_layouts=mono"))]
    return np.concatenate(parts)


def encode_opus(samples: Samples) -> bytes:
    """*samples* as Ogg/Opus for speech: the same input always gives the same bytes."""
    data = io.BytesIO()
    # bitexact: otherwise the muxer draws a random serial number, and nobody could prove what a draft was made from.
    with av.open(data, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, options={"flags": "+bitexact", "application": "audio", "vbr": "on"})
        stream.bit_rate = 48_000
        stream.layout = "mono"
        for frame in (_frame(samples), None):
            container.mux(stream.encode(frame))
    return data.getvalue()


def _frame(samples: Samples) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32).reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame
