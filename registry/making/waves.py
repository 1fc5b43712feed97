"""Samples through the filters of libavfilter, and samples to Ogg/Opus."""

import io
import itertools
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
MAX_SECONDS = 30 * 60
Samples = NDArray[np.float32]


def filtered(samples: Samples, *filters: tuple[str, str], rate: int = RATE) -> Iterator[av.AudioFrame]:
    """The frames that leave libavfilter's chain of (name, arguments) *filters*, fed with *samples* at *rate*."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate, layout="mono", time_base=Fraction(1, rate))
    chain = [source, *(graph.add(name, arguments) for name, arguments in filters), graph.add("abuffersink")]
    graph.link_nodes(*chain).configure()
    for frame in itertools.chain(_frames(samples, rate), (None,)):
        source.push(frame)
        try:
            while True:
                yield chain[-1].pull()  # type: ignore[misc]  # an abuffersink gives audio frames
        except av.BlockingIOError:
            continue
        except av.EOFError:
            return


def through(samples: Samples, *filters: tuple[str, str], rate: int = RATE) -> Samples:
    """*samples* at *rate* after *filters*, as 32-bit float samples; none are none."""
    if not len(samples):
        return samples
    last = ("aformat", "sample_fmts=flt:channel_layouts=mono")
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in filtered(samples, *filters, last, rate=rate)])


def at_our_rate(samples: Samples, rate: int) -> Samples:
    """*samples* at *rate*, resampled to 48 kHz."""
    return samples if rate == RATE else through(samples, ("aresample", str(RATE)), rate=rate)


def encode_opus(samples: Samples) -> bytes:
    """*samples* as Ogg/Opus for speech: the same input always gives the same bytes."""
    data = io.BytesIO()
    # bitexact: otherwise the muxer draws a random serial number, and nobody could prove what a draft was made from.
    with av.open(data, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, options={"flags": "+bitexact", "application": "audio", "vbr": "on"})
        stream.bit_rate = 48_000
        stream.layout = "mono"
        for frame in itertools.chain(_frames(samples, RATE), (None,)):
            container.mux(stream.encode(frame))
    return data.getvalue()


def _frames(samples: Samples, rate: int) -> Iterator[av.AudioFrame]:
    """*samples* a second at a time: the filters and the encoder keep copies of what they are given at once."""
    for start in range(0, len(samples), rate):
        part = np.ascontiguousarray(samples[start : start + rate], np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame
