"""The child that hears a live source: fetches and decodes it to 16-bit 48 kHz mono PCM on its standard output.

``python -m audio.live.stream URL --budget BYTES``; of the programs of the loudspeaker only this child has a network. The
library that decodes gets bytes and the name of one format, never an address. On standard error it writes a line of JSON
now and then: the bytes received since the last, and at the end why it ended. A bad stream kills this process and nothing else.
"""

import argparse
import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt

from audio.live.hls import MOST_TEXT, HlsBody
from audio.live.wire import Meter, OverBudget, Unusable, get
from audio.source.decode import RATE, write_all
from device.mortal import be_mortal

MEMORY = 1024 * 1024 * 1024
"""Address space of the child: libraries take half of it, a stream that wants more is broken."""
OVER_BUDGET = 3
"""Exit code when the bytes are used up."""
_PLAYLISTS = {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"}
_FORMATS = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/aac": "aac",
    "audio/aacp": "aac",
    "audio/x-aac": "aac",
    "application/ogg": "ogg",
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/flac": "flac",
    "video/mp2t": "mpegts",
    "audio/mp4": "mov",
    "audio/webm": "matroska",
    "video/webm": "matroska",
}
_OPTIONS = {
    "codec_whitelist": "mp3float,mp3,aac,aac_fixed,aac_latm,opus,libopus,vorbis,flac",
    "protocol_whitelist": "",
    "probesize": "65536",
    "analyzeduration": "1000000",
}


class Reader(Protocol):
    """What gives the bytes of a stream."""

    def read(self, size: int) -> bytes:
        """At most *size* bytes; none at the end."""


class Begun:
    """The bytes of *reader*, with *first* before them."""

    def __init__(self, reader: Reader, first: bytes = b"") -> None:
        self._reader, self._first = reader, first

    def read(self, size: int) -> bytes:
        """At most *size* bytes."""
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
            return data
        return self._reader.read(size)


def tell(**what: int | str) -> None:
    """One line of JSON to the voice."""
    os.write(2, json.dumps(what).encode() + b"\n")


def opened(url: str, meter: Meter) -> tuple[Reader, str, bytes]:
    """The stream at *url*, the name of its format, and the bytes that were read to know it."""
    body = get(url, meter)
    if body.kind in _PLAYLISTS or body.url.partition("?")[0].endswith(".m3u8"):
        with closing(body):
            text = body.whole(MOST_TEXT)
        segments = HlsBody(body.url, text, meter)
        first = segments.read(4096)
        return segments, sniffed(first), first
    if found := _FORMATS.get(body.kind):
        return body, found, b""
    try:
        first = body.read(4096)
        return body, sniffed(first), first
    except Unusable:
        body.close()
        raise


def sniffed(first: bytes) -> str:
    """The format of a stream that begins with these bytes; ``Unusable`` when it is none that we play."""
    starts = {b"OggS": "ogg", b"ID3": "", b"fLaC": "flac", b"G": "mpegts", b"\x1aE\xdf\xa3": "matroska"}
    found = next((name for start, name in starts.items() if first.startswith(start)), None)
    if first[4:8] in (b"ftyp", b"styp", b"moof"):
        return "mov"
    if found:
        return found
    sync = first[_after_id3(first) :][:2]
    # Both begin with eleven set bits; ADTS has layer 00, MPEG audio never has.
    if len(sync) == 2 and sync[0] == 0xFF and sync[1] & 0xE0 == 0xE0:
        return "aac" if sync[1] & 0x06 == 0 else "mp3"
    raise Unusable("không phải luồng âm thanh / this is no stream of sound")


def _after_id3(first: bytes) -> int:
    if not first.startswith(b"ID3") or len(first) < 10:
        return 0
    return 10 + sum((size & 0x7F) << shift for size, shift in zip(first[6:10], (21, 14, 7, 0), strict=True))


def pcm(reader: Reader, name: str) -> Iterator[npt.NDArray[np.int16]]:
    """The samples of the first sound stream, in pieces; its rate or layout may change on the way."""
    resampler, shape = None, None
    with av.open(reader, "r", format=name, options=_OPTIONS, buffer_size=8192) as container:
        for frame in container.decode(audio=0):
            if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                shape = (frame.format.name, frame.layout.name, frame.sample_rate)
                resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            frame.pts = None
            assert resampler is not None  # noqa: S101 - made with the first frame
            for piece in resampler.resample(frame):
                yield piece.to_ndarray().reshape(-1).astype(np.int16, copy=False)


def limit() -> None:
    """A stream can make this process neither grow nor write a file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Never ends well: a live source has no end, so the voice starts it again while it is wanted."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--budget", type=int, required=True, help="bytes that may still be received")
    arguments = parser.parse_args()
    limit()
    meter, code, why = Meter(arguments.budget, lambda size: tell(bytes=size)), 1, "đài dừng phát / the station ended the stream"
    try:
        reader, name, first = opened(arguments.url, meter)
        for samples in pcm(Begun(reader, first), name):
            write_all(1, samples.tobytes())
    except BrokenPipeError:
        return 0  # nobody listens any more
    except OverBudget as problem:
        code, why = OVER_BUDGET, str(problem)
    except Unusable as problem:
        why = str(problem)
    except (av.FFmpegError, OSError, ValueError, IndexError, MemoryError) as problem:
        why = f"không nghe được luồng / the stream cannot be heard: {str(problem) or type(problem).__name__}"
    meter.tell()
    tell(problem=why[:300])
    return code


if __name__ == "__main__":
    sys.exit(main())
