"""What it costs to show a film on a full HD board, beside mpv in a window of the same size and beside decoding alone."""

import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from agent.pull import DirectorySource, check_channel
from bench.commune import NOW, PERSONS, bundle, enrolled
from bench.glass import Glass
from bench.row import Row
from bench.running import Cost, costs, end, pause
from bundle.items import Notice, Wording
from device.journal import read
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState, Shown
from registry.making.blobs import Blobs
from registry.making.film.films import make_film
from registry.making.film.limits import FilmLimits
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

SIZES = {"720p25": (1280, 720), "1080p25": (1920, 1080)}
SECONDS = 40
WARM_UP, MEASURED = 8.0, 25.0
WIRING = '[screen]\ndriver = "sdl"\nfullscreen = false\nwidth = 1920\nheight = 1080\n[clock]\ndriver = "shifted"\n'


@dataclass(frozen=True)
class Spent:
    """What the processes of one contender cost, and what the X server spent on them, in percent of a core."""

    cost: Cost
    server: float

    @property
    def cpu(self) -> float:
        """Everything that was spent for the picture."""
        return self.cost.cpu + self.server


def rows() -> list[Row]:
    """CPU and memory for each size."""
    found: list[Row] = []
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            found += _beside(name, Path(folder), size)
    return found


def film(path: Path, size: tuple[int, int]) -> Path:
    """A film in which everything moves, at about the rate of bits that our recipe gives a lively one."""
    source = f"mandelbrot=s={size[0]}x{size[1]}:r=25:end_scale=0.05:end_pts=800"
    coded = "-c:v libx264 -preset veryfast -profile:v high -level:v 4.0 -crf 23 -maxrate 6M -bufsize 6M -pix_fmt yuv420p"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-t", str(SECONDS), *coded.split(), str(path)], check=True)
    return path


def _beside(name: str, folder: Path, size: tuple[int, int]) -> list[Row]:
    path = film(folder / "film.mp4", size)
    paths = _unit(folder, path)
    ours = _play((sys.executable, "-m", "bangtin", "display", "run", "--root", str(paths.root)))
    shown = _frames_a_second(paths)
    player = ("mpv", "--no-config", "--no-audio", "--vo=x11", "--loop", "--really-quiet", "--geometry=1920x1080+0+0", "--no-border")
    theirs = _play((*player, str(path)))
    floor = _play(("ffmpeg", "-v", "error", "-re", "-i", str(path), "-f", "null", "-"))
    bits = path.stat().st_size * 8 / SECONDS / 1e6
    how = (
        f"{MEASURED:.0f} s of a film of {size[0]}x{size[1]} at 25 frames/s and {bits:.1f} Mbit/s, H.264 decoded in software, under Xvfb "
        f"1920x1080, one after the other; ours: {ours.cost.processes} processes, {shown:.1f} frames/s on its "
        f"receipt; mpv (x11, no sound): the film alone on the whole screen; the X server: {ours.server:.1f} and {theirs.server:.1f} %"
    )
    decoding = f"{how}; ffmpeg decodes the same file at its own speed and shows nothing"
    return [
        Row(name=f"board, film {name}, CPU", value=ours.cpu, unit="% of a core", peer="mpv", peer_value=theirs.cpu, method=how),
        Row(
            name=f"board, film {name}, CPU above the floor",
            value=ours.cpu,
            unit="% of a core",
            peer="decoding alone",
            peer_value=floor.cost.cpu,
            method=decoding,
        ),
        Row(name=f"board, film {name}, PSS", value=ours.cost.pss, unit="MB", peer="mpv", peer_value=theirs.cost.pss, method=how),
    ]


def _unit(folder: Path, path: Path) -> Paths:
    publisher = Publisher(folder / "publisher", [CHANNEL], now=NOW)
    blobs = Blobs(folder / "blobs")
    made = make_film(path, "film", blobs, FilmLimits())
    wording = Wording(language="vi", title="Phim ngắn về phòng cháy")
    notice = Notice(id="phim", provenance=PERSONS, versions=(wording,), film=made)
    data = [file.read_bytes() for file in sorted(blobs.root.rglob("*")) if file.is_file()]
    publisher.release_bundle(CHANNEL, bundle(notice), data)
    paths = enrolled(folder / "unit", publisher, WIRING)
    moment = Moment(NOW, ClockState.TRUSTED, "bench", 1.0)
    found = asyncio.run(check_channel(DirectorySource(publisher.site), paths, CHANNEL, publisher.root_bytes, moment))
    assert not found.refusals, found
    return paths


def _play(line: tuple[str, ...]) -> Spent:
    with Glass() as glass:
        process = subprocess.Popen(line, env={**os.environ, "DISPLAY": glass.display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            pause(WARM_UP)
            server = psutil.Process(glass.server.pid)
            before = sum(server.cpu_times()[:2])
            cost = costs({"": process}, MEASURED)[""]
            return Spent(cost, 100 * (sum(server.cpu_times()[:2]) - before) / MEASURED)
        finally:
            end(process)


def _frames_a_second(paths: Paths) -> float:
    """What the board's own receipts prove."""
    shown = [line for line in read(paths.journal("display")) if isinstance(line, Shown) and line.item == "phim"]
    seconds = sum((line.at.mono - line.began.mono) for line in shown)
    return sum(line.frames for line in shown) / seconds if seconds else 0.0
