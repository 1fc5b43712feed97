"""The film decoder: a child process for one film, which leaves pictures as large as their place on the board in shared memory.

``python -m display.media.decode FILE …``. It decodes in hardware where a Pi has a decoder for H.264, else in software. On standard
error it writes lines of JSON: which decoder it uses, and at the end why it stopped. A bad film kills this process and nothing else.
"""

import argparse
import hashlib
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from device.mortal import be_mortal
from display.media.h264 import SOFTWARE, frames, tell
from display.media.ring import ASKED, SLOTS, TOLD, bytes_of, map_ring

MEMORY = 1024 * 1024 * 1024
"""Address space of the child: libraries and threads take half of it, a film that wants more is broken."""
FILES = 64
NICE = 5
"""Behind the board that shows the pictures, and behind the voice."""
LATE = 500_000_000
"""Nanoseconds behind the board from which pictures that no other one needs are not even decoded."""
WHOLE = 0.9
"""The share of the signed length, less a second, after which a film counts as shown whole."""
_UNSAID = 2
"""The matrix of colours as ITU-T H.273 counts them: unspecified."""
_ERRORS = (av.FFmpegError, OSError, ValueError, ArithmeticError, LookupError, MemoryError)


class Unfit(ValueError):
    """The file is not the film that was signed."""


class Board:
    """The other end: *told* of pictures, it gives slots back and says where in the film it is."""

    def __init__(self, slots: list[memoryview]) -> None:
        self._slots, self._free, self._half = slots, SLOTS, b""
        self.now = 0
        self.told = 0

    def slot(self) -> memoryview:
        """The next free slot, as soon as there is one; ``BrokenPipeError`` when the board is gone."""
        while not self._free:
            self._listen(os.read(0, 4096))
        return self._slots[self.told % SLOTS]

    def hear(self) -> None:
        """Take what the board has said meanwhile."""
        os.set_blocking(0, False)
        try:
            self._listen(os.read(0, 4096))
        except BlockingIOError:
            return
        finally:
            os.set_blocking(0, True)

    def tell(self, nanosecond: int, skipped: int) -> None:
        """The picture stands in its slot."""
        os.write(1, TOLD.pack(self.told, nanosecond, skipped))
        self.told, self._free = self.told + 1, self._free - 1

    def _listen(self, data: bytes) -> None:
        if not data:
            raise BrokenPipeError
        data, whole = self._half + data, (len(self._half) + len(data)) // ASKED.size * ASKED.size
        for (second,) in ASKED.iter_unpack(data[:whole]):
            self._free, self.now = self._free + 1, second
        self._half = data[whole:]


def decode(file: BinaryIO, wanted: argparse.Namespace) -> None:
    """Pictures into the ring until the film ends or the board does."""
    board = Board(map_ring(wanted.ring, wanted.box))
    with av.open(file, "r", format="mov", options={"protocol_whitelist": ""}) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        _checked(codec.name == SOFTWARE and (codec.width, codec.height) == wanted.size, f"{codec.name} {codec.width} x {codec.height}")
        for picture, frame, skipped in _wanted(container, stream, board, wanted):
            _put(frame, board.slot(), wanted.box)
            board.tell(picture, skipped)


def _wanted(
    container: av.container.InputContainer, stream: av.VideoStream, board: Board, wanted: argparse.Namespace
) -> Iterator[tuple[int, av.VideoFrame, int]]:
    """The frames that the board can still use, with their nanosecond and how many were passed over before each."""
    skipped, begin, picture = 0, None, 0
    for context, frame in frames(container, stream):
        _checked((frame.width, frame.height) == wanted.size, f"{frame.width} x {frame.height}")
        begin = frame.time if begin is None else begin
        picture = round((frame.time - begin) * 1e9)
        if picture > wanted.seconds * 1e9:
            return
        board.hear()
        behind = board.now - picture
        context.skip_frame = "NONREF" if behind > LATE else "DEFAULT"
        if picture < wanted.offset * 1e9:
            continue
        # A late picture is not worth its scaling, but now and then one is shown even so.
        if behind > 0 and skipped < SLOTS:
            skipped += 1
            continue
        yield picture, frame, skipped
        skipped = 0
    # A broken stream may also just give no more frames, without an error.
    _checked(picture >= (wanted.seconds * WHOLE - 1) * 1e9, f"{picture / 1e9:.1f} s")


_reformatter = VideoReformatter()


def _put(frame: av.VideoFrame, slot: memoryview, box: tuple[int, int]) -> None:
    """Scaled and converted into *slot*."""
    unsaid = frame.colorspace == _UNSAID and frame.height >= 720
    plane = _reformatter.reformat(
        frame,
        width=box[0],
        height=box[1],
        format="bgra",
        src_colorspace=Colorspace.ITU709 if unsaid else None,
        interpolation=Interpolation.BILINEAR,
        threads=1,
    ).planes[0]
    pixels, row = memoryview(plane).cast("B"), box[0] * 4
    if plane.line_size == row:
        slot[:] = pixels[: bytes_of(box)]
        return
    for n in range(box[1]):
        slot[n * row : (n + 1) * row] = pixels[n * plane.line_size : n * plane.line_size + row]


def _checked(good: bool, found: str) -> None:
    if not good:
        raise Unfit(f"phim khác với bản đã ký / not the film that was signed: {found}")


def limit() -> None:
    """A film can make this process neither grow nor write a file nor hold many open."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    os.nice(NICE)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def main() -> int:
    """Exit 0 at the film's end or the board's, 1 with why on standard error when it cannot be decoded."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--ring", type=int, required=True, help="descriptor of the shared memory")
    parser.add_argument("--sha256", required=True)
    parser.add_argument("--size", type=_size, required=True, help="of the film, as signed")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--box", type=_size, required=True, help="of the pictures wanted")
    parser.add_argument("--offset", type=float, default=0.0)
    wanted = parser.parse_args()
    limit()
    try:
        with Path(wanted.file).open("rb") as file:
            # Hashed here and not by the board, which has no time for it, and decoded from the same open file.
            _checked(hashlib.file_digest(file, "sha256").hexdigest() == wanted.sha256, "SHA-256")
            file.seek(0)
            decode(file, wanted)
    except BrokenPipeError:
        return 0  # the board has turned to something else, or is gone
    except _ERRORS as problem:
        tell(problem=(str(problem) or type(problem).__name__)[:300])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
