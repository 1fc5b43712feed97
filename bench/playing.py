"""What it costs to speak an announcement and to carry a rebroadcast, beside mpv playing the same source."""

import os
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench.row import Row
from bench.running import Cost, end, pause, together
from bench.speaking import unit
from bundle.items import Rebroadcast
from bundle.trust import Target
from evidence.records import Outcome
from registry.making.waves import encode_opus
from tests.audio.conftest import until
from tests.audio.village import Village
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.station import IcecastStation

SPEECH, MEASURED, SETTLING = 60.0, 20.0, 3.0


def rows() -> list[Row]:
    """CPU and memory of voice, sound process, decoder and amplifier, each beside the player."""
    with tempfile.TemporaryDirectory() as folder:
        return [*speaking_rows(Path(folder)), *rebroadcast_rows(Path(folder))]


def speaking_rows(folder: Path) -> list[Row]:
    """One announcement from a file."""
    file = folder / "bai.ogg"
    file.write_bytes(encode_opus(speechlike(SPEECH)))
    return _pair("speaking", _speaking(file), _mpv(str(file), folder), f"{MEASURED:.0f} s of one Opus announcement")


def rebroadcast_rows(folder: Path) -> list[Row]:
    """One live stream, which both hear from the same station."""
    station = IcecastStation(folder)
    try:
        station.on_air()
        ours, theirs = _rebroadcasting(station.url), _mpv(station.url, folder)
    finally:
        station.close()
    return _pair("rebroadcasting", ours, theirs, f"{MEASURED:.0f} s of one MP3 stream from Icecast on this machine")


def _pair(doing: str, ours: Cost, theirs: Cost, source: str) -> list[Row]:
    how = f"{source}; ours: {ours.processes} processes, voice and amplifier with their children; both through SDL's disk driver"
    figures = (("CPU", "% of a core", ours.cpu, theirs.cpu), ("PSS", "MB", ours.pss, theirs.pss))
    return [
        Row(name=f"loudspeaker, {doing}, {name}", value=mine, unit=unit_, peer="mpv, same source", peer_value=other, method=how)
        for name, unit_, mine, other in figures
    ]


def speechlike(seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """Noise that grows and fades four times a second, at 48 kHz, and is never silent."""
    random = np.random.default_rng(4)
    at = np.arange(round(seconds * 48_000)) / 48_000
    return (random.normal(0, 0.1, len(at)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))).astype(np.float32)


def _speaking(file: Path) -> Cost:
    with unit() as village:
        village.plan_session([file.read_bytes()], after=5.0, encoded=SPEECH)
        return _cost(village, "bai-1")


def _rebroadcasting(url: str) -> Cost:
    with unit() as village:
        due = (village.now() + timedelta(seconds=12)).replace(microsecond=0)
        live = Rebroadcast(id="dai-tinh", provenance=PROVENANCE, title="Đài tỉnh", url=url, duration=SPEECH)
        session = village.session("buoi-sang", due, [live])
        bundle = small_bundle(village.publisher.now).model_copy(update={"rebroadcasts": (live,), "sessions": (session,)})
        village.publisher.release_bundle(CHANNEL, bundle, at=village.now())
        village.put(Target.BUNDLE)
        return _cost(village, live.id)


def _cost(village: Village, item: str) -> Cost:
    village.outcome(item, Outcome.STARTED)
    until(lambda: village.sounding() is not None, "its sound")
    pause(SETTLING)
    return together(village.bench.processes, MEASURED)


def _mpv(source: str, folder: Path) -> Cost:
    environment = {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(folder / "mpv.raw")}
    command = ["mpv", "--no-config", "--no-video", "--ao=sdl", "--really-quiet", source]
    player = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    try:
        pause(SETTLING)
        return together([player], MEASURED)
    finally:
        end(player)
