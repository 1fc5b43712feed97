"""Queued items: how many samples lie between the end of one and the start of the next, beside mpv's gapless playlist."""

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.driver.tape import read_tape
from bench.row import Row
from evidence.records import Outcome
from tests.audio.conftest import Bench
from tests.audio.village import Village, wav

SECONDS = 2.0
ITEMS: tuple[Samples, ...] = tuple(
    (np.random.default_rng(seed).normal(0, 0.1, round(SECONDS * RATE)) * 32767).clip(-32768, 32767).astype(np.int16) for seed in range(4)
)
"""Noise: each stretch of it is like no other."""
NEEDLE = 2000
"""Samples at an item's edge that are looked for on the tape: 42 ms, which resemble no other place."""


def rows() -> list[Row]:
    """The largest gap within one session of four items, each a file and a decoder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = gaps(_session(Path(folder))), gaps(_playlist(Path(folder)))
    method = (
        f"{len(ITEMS)} WAV items of {SECONDS:.0f} s in one session, found again on the tape of SDL's disk driver; "
        f"mpv --gapless-audio=yes with the same files and driver: {', '.join(map(str, theirs))} samples"
    )
    worst, other = max(map(abs, ours)), max(map(abs, theirs))
    peer = {"peer": "mpv, gapless playlist", "peer_value": other} if other else {}
    return [Row(name="gap between queued items", value=worst, unit="samples", budget="0 samples", holds=worst == 0, method=method, **peer)]


def gaps(tape: Samples) -> list[int]:
    """Samples between each item's last and the next one's first; negative where they overlap or one was cut."""
    starts = [_place(tape, item[:NEEDLE]) for item in ITEMS]
    ends = [_place(tape, item[-NEEDLE:]) + NEEDLE for item in ITEMS]
    return [start - end for start, end in zip(starts[1:], ends[:-1], strict=True)]


def _place(tape: Samples, needle: Samples) -> int:
    """Where *needle* fits best: by normalised correlation, so that another volume or a rounding does not matter."""
    heard, wanted = tape.astype(np.float64), needle.astype(np.float64)
    size = 1 << (len(heard) + len(wanted)).bit_length()
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(heard) - len(wanted) + 1]
    power = np.cumsum(np.concatenate([[0.0], heard**2]))
    energy = power[len(wanted) :] - power[: -len(wanted)]
    return int(np.argmax(products / np.sqrt(np.maximum(energy, energy.max() * 1e-3))))


def _session(folder: Path) -> Samples:
    bench = Bench(folder / "unit")
    try:
        village = Village(bench, folder / "publisher")
        village.plan_session(ITEMS, after=6.0)
        village.start()
        village.outcome(f"bai-{len(ITEMS)}", Outcome.COMPLETE)
        return read_tape(bench.tape).samples
    finally:
        bench.close()


def _playlist(folder: Path) -> Samples:
    files = [folder / f"{number}.wav" for number in range(len(ITEMS))]
    for file, item in zip(files, ITEMS, strict=True):
        file.write_bytes(wav(item))
    tape = folder / "mpv.raw"
    environment = {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(tape)}
    command = ["mpv", "--no-config", "--no-video", "--ao=sdl", "--gapless-audio=yes", "--audio-channels=mono", "--really-quiet"]
    subprocess.run([*command, *map(str, files)], env=environment, stdin=subprocess.DEVNULL, check=True, timeout=120)
    return np.fromfile(tape, np.int16)
