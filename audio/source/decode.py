"""The decoder: a child process per clip that turns a file into 16-bit 48 kHz mono PCM on its standard output.

``python -m audio.source.decode FILE --offset SECONDS``. Gain is the mixer's. The pipe holds it back, so it lives while its clip plays.
A bad file kills this process and nothing else.
"""

import argparse
import os
import sys
from collections.abc import Iterator

import av
import numpy as np
import numpy.typing as npt

from device.mortal import be_mortal

RATE = 48_000
LEAD = 0.5
"""Seconds that a decoder runs before the first sample that counts; Opus wants 0.08 (RFC 7845, section 4.6)."""


def pcm(path: str, offset: float) -> Iterator[npt.NDArray[np.int16]]:
    """The samples of the first sound stream of *path* from *offset* seconds on, in pieces; errors of PyAV pass through."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(path) as container:
        skip = None
        for frame in _from(container, offset - LEAD):
            if skip is None:
                skip = max(0, round((offset - (frame.time or 0.0)) * RATE))
            for piece in resampler.resample(frame):
                skip, samples = _after(skip, piece.to_ndarray().reshape(-1).astype(np.int16, copy=False))
                yield samples
        for piece in resampler.resample(None):
            skip, samples = _after(skip or 0, piece.to_ndarray().reshape(-1).astype(np.int16, copy=False))
            yield samples


def _from(container: av.container.InputContainer, second: float) -> Iterator[av.AudioFrame]:
    """The frames from the last page before *second* on: half an hour decoded in vain would outlast the patience of the voice on a Pi."""
    if second > 0:
        container.seek(round(second * av.time_base))
    yield from container.decode(audio=0)


def _after(skip: int, samples: npt.NDArray[np.int16]) -> tuple[int, npt.NDArray[np.int16]]:
    return max(0, skip - len(samples)), samples[skip:]


def write_all(descriptor: int, data: bytes) -> None:
    """All of *data* into the pipe, however slowly the other side takes it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def main() -> int:
    """Exit 0 when the clip was written whole, 1 with one sentence on standard error when it cannot be decoded."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--offset", type=float, default=0.0)
    arguments = parser.parse_args()
    try:
        for samples in pcm(arguments.file, arguments.offset):
            write_all(1, samples.tobytes())
    except BrokenPipeError:
        return 0  # nobody listens any more: the clip was cut, or the voice is gone
    except (av.FFmpegError, OSError, ValueError, IndexError) as problem:
        sys.stderr.write(f"{problem}"[:500])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
