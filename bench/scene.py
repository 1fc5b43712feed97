"""The reference scene at 1080p60 beside Debian's Chromium as a kiosk, and beside the floor of copying just what changes."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from bench import stage
from bench.board import KIOSK
from bench.frames import Frames, watched
from bench.glass import Glass
from bench.row import Row
from bench.running import Cost, costs, end, pause

SECONDS = 60.0
WARM_UP = 12.0
"""Long enough for a browser to have finished its start and for every page to have been on once."""
ABOVE = 1.5
"""How many times the floor a board may cost (docs/adr/0028)."""
ROW = stage.STRIP.box.y + stage.STRIP.box.height // 2


@dataclass(frozen=True)
class Seen:
    """What a contender cost: its processes, and what the X server spent meanwhile in percent of a core; and its frames."""

    cost: Cost
    server: float
    frames: Frames

    @property
    def cpu(self) -> float:
        """Everything that was spent for the picture."""
        return self.cost.cpu + self.server


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        picture = _picture(folder)
        page = folder / "scene.html"
        page.write_text(stage.html(picture), encoding="utf-8")
        ours = _play([sys.executable, "-m", "bench.stage", "ours", str(picture)])
        theirs = _play([*KIOSK, f"--user-data-dir={folder / 'profile'}", page.as_uri()])
        floor = _play([sys.executable, "-m", "bench.stage", "floor"])
    return [*_beside(ours, theirs), *_frames(ours, theirs), _above(ours, floor)]


def _picture(folder: Path) -> Path:
    """A picture with as much detail as a photograph."""
    noise = np.random.default_rng(5).integers(0, 255, (34, 60, 3), dtype=np.uint8)
    path = folder / "ground.jpg"
    Image.fromarray(noise).resize(stage.SIZE, Image.Resampling.BICUBIC).save(path, quality=88)
    return path


def _play(line: list[str]) -> Seen:
    with Glass(*stage.SIZE) as glass:
        process = subprocess.Popen(line, env={**os.environ, "DISPLAY": glass.display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            pause(WARM_UP)
            server = psutil.Process(glass.server.pid)
            before = sum(server.cpu_times()[:2])
            frames, watching = _meanwhile(lambda: watched(glass, ROW, SECONDS))
            cost = costs({"": process}, SECONDS)[""]
            spent = 100 * (sum(server.cpu_times()[:2]) - before) / SECONDS
            watching.join()
            return Seen(cost, spent, frames[0])
        finally:
            end(process)


def _meanwhile(work: Callable[[], Frames]) -> tuple[list[Frames], threading.Thread]:
    found: list[Frames] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return found, thread


def _beside(ours: Seen, theirs: Seen) -> list[Row]:
    how = (
        f"{SECONDS:.0f} s after {WARM_UP:.0f} s, Xvfb 1920x1080, one after the other; picture behind, text zone that turns every "
        f"{stage.DWELL} s, clock, running line at {stage.SPEED} px/s; ours {ours.cost.processes} process, "
        f"Chromium {theirs.cost.processes}; the X server's part in it: {ours.server:.2f} and {theirs.server:.2f} % of a core"
    )
    return [
        Row(
            name="board, reference scene, CPU",
            value=ours.cpu,
            unit="% of a core",
            peer="Chromium kiosk",
            peer_value=theirs.cpu,
            budget="≤ 1/10 of Chromium's",
            holds=ours.cpu <= theirs.cpu / 10,
            method=how,
        ),
        Row(
            name="board, reference scene, PSS",
            value=ours.cost.pss,
            unit="MB",
            peer="Chromium kiosk",
            peer_value=theirs.cost.pss,
            budget="≤ 1/4 of Chromium's",
            holds=ours.cost.pss <= theirs.cost.pss / 4,
            method=how,
        ),
    ]


def _frames(ours: Seen, theirs: Seen) -> list[Row]:
    method = f"a pixel row of the running line watched from outside every ms; ours {ours.frames}; Chromium {theirs.frames}"
    late = ours.frames.late
    return [
        Row(
            name="board, reference scene, frames later than 25 ms",
            value=late,
            unit=f"of {ours.frames.count}",
            budget="0",
            holds=late == 0,
            method=method,
        ),
        Row(
            name="board, reference scene, 99th percentile between frames",
            value=ours.frames.p99,
            unit="ms",
            peer="Chromium kiosk",
            peer_value=theirs.frames.p99,
            method=method,
        ),
    ]


def _above(ours: Seen, floor: Seen) -> Row:
    return Row(
        name="board, reference scene, CPU above the floor",
        value=ours.cpu,
        unit="% of a core",
        peer="copying just the changed pixels",
        peer_value=floor.cpu,
        budget=f"≤ {ABOVE} of the floor",
        holds=ours.cpu <= ABOVE * floor.cpu,
        method=f"the floor: a loop that copies the line's rows with ink at 60 Hz and the zone at each turn, nothing else; "
        f"median {floor.frames.p50:.2f} ms, longest {floor.frames.longest:.2f} ms between frames",
    )
