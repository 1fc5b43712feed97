"""What the officer's own machine sends: a recording or a microphone as Ogg/Opus, a page at a time as it is made."""

import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from bundle.errors import refuse

RATE, BITS_PER_SECOND = 48_000, 32_000
PAGE = "200000"
"""Microseconds of sound in a page: what a listener waits for at most, and no longer than a breath."""


class Piece(NamedTuple):
    """Some bytes of the stream, and how many seconds of sound came before them."""

    at: float
    data: bytes


MURMUR = -40.0
"""dBFS (RMS): ten above what units call silence unless their rules say otherwise."""


def from_file(path: Path, lead: float) -> Iterator[Piece]:
    """A recording after *lead* seconds of a soft murmur; ``Refused`` when there is no sound in it."""
    return _begun(_encoded(str(path), None, lead))


def from_microphone(device: str) -> Iterator[Piece]:
    """An ALSA device of this machine, as long as it is asked for more; ``Refused`` when there is none."""
    return _begun(_encoded(device, "alsa", 0.0))


def _begun(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same, once the first sound is there: nobody signs an order to hear a file that has none."""
    return chain([next(pieces)], pieces)


class _Sink(io.RawIOBase):
    """Collects what the muxer writes until somebody takes it; it cannot go back, like a connection."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _encoded(source: str, kind: str | None, lead: float) -> Iterator[Piece]:
    sink, done = _Sink(), 0
    try:
        with av.open(source, format=kind) as heard, av.open(sink, "w", format="ogg", options=_OPTIONS) as said:
            if not heard.streams.audio:
                raise refuse(source, "không có tiếng (no sound in it)", "chọn tệp khác / choose another file")
            stream = said.add_stream("libopus", rate=RATE, layout="mono")
            stream.bit_rate = BITS_PER_SECOND
            even = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            heard_parts = (part for frame in heard.decode(audio=0) for part in even.resample(frame))
            for part in chain(_murmur(lead), heard_parts):
                part.pts = done
                said.mux(stream.encode(part))
                if data := sink.take():
                    yield Piece(done / RATE, data)
                done += part.samples
            said.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as problem:
        raise refuse(source, f"không đọc được tiếng (cannot be heard): {problem}", "kiểm tra tệp, micrô / check file or device") from None
    yield Piece(done / RATE, sink.take())


def _murmur(seconds: float) -> Iterator[av.AudioFrame]:
    """So soft a noise that people hardly hear it, and units know that the line stands: of a silent one they would let go."""
    chance = np.random.default_rng(0)
    for _ in range(round(seconds * 10)):
        noise = chance.normal(0.0, 10 ** (MURMUR / 20) * 32768, (1, RATE // 10)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate = RATE
        yield frame


_OPTIONS = {"page_duration": PAGE, "flush_packets": "1"}
