"""The recorder: a child process that turns 16-bit 48 kHz mono PCM on its standard input into an Opus file, and says what it kept.

``python -m audio.on_site.keep FILE --room BYTES``. FILE ends in ``.part``: it gets its name when it has been written into the journal.
It is on the card every few seconds, so that a power cut takes little of what was said. ``--finish`` only measures a file that an
earlier process left behind. It answers with one line of JSON: sha256, size, seconds.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

import av
import numpy as np

RATE = 48_000
BITS = 32_000
SYNC_EVERY = 5 * RATE
READ = 9600
BLOCK = 960


def keep(path: Path) -> None:
    """Encode standard input into *path* until it ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file, av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITS
        at, synced, rest = 0, 0, b""
        while data := os.read(0, READ):
            data, rest = rest + data, b""
            whole = len(data) // 2 * 2
            data, rest = data[:whole], data[whole:]
            frame = av.AudioFrame.from_ndarray(np.frombuffer(data, np.int16).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
            at += whole // 2
            if at >= synced + SYNC_EVERY:
                synced = at
                file.flush()
                os.fdatasync(descriptor)
        container.mux(stream.encode(None))
        container.close()
        file.flush()
        os.fsync(descriptor)


def make_room(folder: Path, room: int) -> None:
    """Delete the oldest recordings until the others are at most *room* bytes."""
    files = sorted((path for path in folder.glob("*.opus")), key=lambda path: path.stat().st_mtime_ns)
    sizes = [path.stat().st_size for path in files]
    while files and sum(sizes) > room:
        files.pop(0).unlink()
        sizes.pop(0)


def measure(path: Path) -> dict[str, str | int | float]:
    """What the journal keeps of the file at *path*."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "size": path.stat().st_size, "seconds": round(length(path), 3)}


def length(path: Path) -> float:
    """Seconds that can be played; 0 for a file that was cut off before its first page."""
    try:
        with av.open(str(path)) as container:
            return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    except (av.FFmpegError, IndexError):
        return 0.0


def main() -> int:
    """Exit 0 with the answer, 1 with one sentence on standard error when the card took nothing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--room", type=int, required=True)
    parser.add_argument("--finish", action="store_true")
    arguments = parser.parse_args()
    try:
        if not arguments.finish:
            arguments.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            arguments.file.unlink(missing_ok=True)
            make_room(arguments.file.parent, arguments.room)
            keep(arguments.file)
        sys.stdout.write(json.dumps(measure(arguments.file)) + "\n")
    except (av.FFmpegError, OSError) as problem:
        sys.stderr.write(f"{problem}"[:500])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
