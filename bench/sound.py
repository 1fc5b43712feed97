"""The loudspeaker: how exactly a scheduled first sample leaves, and what its programs cost while nothing is due."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from audio.driver.ring import CHUNK, Ring
from audio.driver.speaker import Speaker
from audio.driver.timeline import exactly
from audio.playing.feed import Feed
from bench.row import Row
from bench.running import end, pause, together
from device.boottime import boottime
from device.paths import Paths
from device.settings import Settings, Sound, SoundDriver
from device.unit import UnitRecord, write_unit

ONSETS, EVERY, NEAR = 200, 0.4, 0.15
IDLE_SECONDS = 20.0
WIRING = """
[sound]
driver = "disk"
tape = "{tape}"
[pins]
factory = "mock"
[[amplifier]]
line = "horn"
pin = 17
active_high = false
"""


def rows() -> list[Row]:
    """All rows of the loudspeaker."""
    with tempfile.TemporaryDirectory() as folder:
        return [*start_rows(Path(folder)), *idle_rows(Path(folder))]


def start_rows(folder: Path) -> list[Row]:
    """Scheduled-start error against a player that can only begin at its device's next chunk."""
    ours, theirs = _errors(folder)
    method = (
        f"{ONSETS} onsets on SDL's disk driver, put straight into the feed {NEAR} s ahead: no voice, decoder or amplifier takes part; "
        "the moment a sample left by its chunk's own mark"
    )
    peer = "start at the next chunk"
    found = []
    for name, percent in (("p50", 50), ("p99", 99)):
        value, other = (1000 * float(np.percentile(np.abs(errors), percent)) for errors in (ours, theirs))
        holds = value <= 10 if percent == 99 else None
        budget = "p99 ≤ 10 ms" if percent == 99 else ""
        found.append(_row(f"scheduled start, feed alone, error {name}", value, "ms", peer, other, budget, holds, method))
    return found


def _errors(folder: Path) -> tuple[list[float], list[float]]:
    speaker = Speaker(Settings(sound=Sound(driver=SoundDriver.DISK, tape=folder / "tape")), Paths(folder))
    ours: list[float] = []
    theirs: list[float] = []
    try:
        _pause(4.0, speaker)
        feed = Feed(lambda _clip: None)
        feed.attach(speaker.ring)
        for _ in range(ONSETS):
            due = boottime() + EVERY
            _pause(EVERY - NEAR, speaker)
            line, ring = speaker.timeline(), speaker.ring
            if line is None or ring is None:
                raise RuntimeError("the sound process does not run")
            frame = line.frame_at(due)
            feed.place(np.ones(100, np.int16), frame)
            _pause(NEAR, speaker)
            while ring.position < frame + 3 * CHUNK:
                _pause(0.02, speaker)
            ours.append(_left(ring, frame) - due)
            theirs.append(_left(ring, -(-frame // CHUNK) * CHUNK) - due)
    finally:
        speaker.close()
    return ours, theirs


def _left(ring: Ring, frame: int) -> float:
    left = exactly(ring.marks(), frame)
    if left is None:
        raise RuntimeError("the sample has not left")
    return left


def idle_rows(folder: Path) -> list[Row]:
    """CPU and memory of voice, sound process and amplifier while nothing is due."""
    paths = Paths(folder)
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text(WIRING.format(tape=folder / "idle"), encoding="utf-8")
    record = UnitRecord(
        unit="loa-1",
        registry="http://127.0.0.1:1",
        content="http://127.0.0.1:1",
        place="vn.20.06001",
        place_name="Bản Mẫu",
        channels=("vn.20.06001",),
        languages=("vi",),
        enrolled_at=datetime.now(UTC),
        confirmed=datetime.now(UTC),
        root_fingerprint="0" * 64,
    )
    write_unit(paths, record)
    paths.root_json.write_bytes(b"{}")
    started = [_start(module, folder) for module in ("audio.amplifier.main", "audio.main")]
    try:
        pause(8.0)
        cost = together(started, IDLE_SECONDS)
    finally:
        for child in started:
            end(child)
    method = f"{cost.processes} processes (voice, sound device, amplifier), {IDLE_SECONDS:.0f} s without anything due"
    return [
        _row("loudspeaker, idle CPU", cost.cpu, "% of a core", None, None, "≤ 2 % for all unit programs", cost.cpu <= 2, method),
        _row("loudspeaker, idle PSS", cost.pss, "MB", None, None, "≤ 220 MB for all unit programs", cost.pss <= 220, method),
    ]


def _start(module: str, root: Path) -> subprocess.Popen[bytes]:
    code = f"import sys; from device.paths import Paths; from {module} import run; sys.exit(run(Paths.from_environment()))"
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "BANGTIN_ROOT": str(root)})


def _pause(seconds: float, speaker: Speaker) -> None:
    """Let *seconds* pass while the sound process is looked after."""
    end_at = boottime() + seconds
    while (left := end_at - boottime()) > 0:
        speaker.work(boottime())
        pause(min(left, 0.02))


def _row(name: str, value: float, unit: str, peer: str | None, other: float | None, budget: str, holds: bool | None, method: str) -> Row:
    return Row(name=name, value=value, unit=unit, peer=peer, peer_value=other, budget=budget, holds=holds, method=method)
