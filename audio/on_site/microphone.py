"""The voice's end of the unit's microphone: a live source that is joined at its present, and is recorded from there on."""

import os
import sys
from collections.abc import Callable, Mapping

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.on_site.recordings import Recorder, Recordings
from audio.source.decoder import Decoder, Patience
from audio.source.sources import SampleSource
from device.errors import ClipUnplayable
from device.paths import Paths
from device.settings import Microphone, SoundDriver
from director.decision import Live, Utterance

_PATIENCE = Patience(opening=8.0, hanging=1.0)
_ALL = 10 * RATE


class Microphones:
    """Opens the microphone that *settings* name, once for each opening; what is said goes to *recordings* as well."""

    def __init__(self, paths: Paths, settings: Microphone | None, recordings: Recordings) -> None:
        self._paths, self._settings, self._recordings = paths, settings, recordings

    def open(self, utterance: Utterance, now: float) -> SampleSource:
        """The microphone for *utterance*; ``ClipUnplayable`` when this unit has none."""
        live = utterance.source
        if self._settings is None or not isinstance(live, Live):
            raise ClipUnplayable("thiết bị không có micrô / this unit has no microphone")
        settings, seconds = self._settings, (live.ends - utterance.due).total_seconds()
        command = [sys.executable, "-m", "audio.on_site.capture", f"--override={self._paths.override}", f"--name={utterance.key}"]
        command += [f"--seconds={seconds:.3f}", f"--gain={settings.gain_db}", f"--limit={settings.limit_dbfs}"]
        command += [f"--device={settings.device}"] if settings.device else []
        return Capture(Decoder(command, now, _PATIENCE, environment(settings)), lambda: self._recordings.begin(utterance.key))


class Capture:
    """One opening of the microphone. Until it is joined nothing of it is kept: silence stands for it, and is its cushion."""

    def __init__(self, child: Decoder, record: Callable[[], Recorder]) -> None:
        self._child, self._record = child, record
        self._recorder: Recorder | None = None
        self._there = False

    @property
    def finished(self) -> bool:
        """Whether its time is over and everything that was said has been read."""
        return self._child.finished

    def read(self, frames: int, now: float) -> Samples:
        """What was said since the last call; ``ClipUnplayable`` when the microphone went away."""
        if self._recorder is not None:
            samples = self._child.read(frames, now)
            self._recorder.write(samples.tobytes())
            return samples
        # What lies in the pipe is from before the signal's end: whoever speaks was told to wait for that.
        self._there = len(self._child.read(_ALL, now)) > 0 or self._there
        return np.zeros(frames if self._there and frames > 0 else 0, np.int16)

    def wait_from(self, now: float) -> None:
        """The first time: it is joined here."""
        if self._recorder is None:
            self._child.read(_ALL, now)
            self._recorder = self._record()
        self._child.wait_from(now)

    def close(self) -> None:
        """The microphone is closed; the recording ends by itself."""
        self._child.close()
        if self._recorder is not None:
            self._recorder.end()


def environment(settings: Microphone) -> Mapping[str, str]:
    """The variables that choose SDL's driver for the input."""
    match settings.driver:
        case SoundDriver.ALSA:
            return {**os.environ, "SDL_AUDIODRIVER": "alsa"}
        case SoundDriver.DISK:
            return {**os.environ, "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILEIN": str(settings.tape)}
