"""The voice's end of the ear: has it listen while an attention signal sounds, and judges what it tells."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np

from audio.heard.hearing import Reading, judge, read
from audio.ledger import Ledger
from audio.mix.signals import length
from audio.on_site.microphone import environment
from audio.playing.stage import Stage, due
from audio.source.sources import live
from device.ear import EarReading, write_ear
from device.paths import Paths
from device.settings import Microphone
from device.unit import read_unit
from director.decision import Attention, Utterance
from director.moment import Moment
from evidence.records import FaultCode

EARLY = 15.0
"""Seconds before its due time: a small board needs some to open a microphone, and the signal comes before the due time.

Whoever made it shorter would only lose readings, so no place needs another."""
MARGIN = 0.4
"""Seconds that the ear has to tell of what reached the microphone last: its pipe and our loop, the same at every place."""
DEAF = "loa có ra tiếng nhưng micrô không nghe thấy tín hiệu / the signal left the driver, but the microphone does not hear the horn"


class _Child:
    """One ear process, and the looks that it has told."""

    def __init__(self, settings: Microphone) -> None:
        command = [sys.executable, "-m", "audio.heard.ear", *([f"--device={settings.device}"] if settings.device else [])]
        self._child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(settings), process_group=0
        )
        assert self._child.stdout is not None  # noqa: S101 - a pipe, for mypy
        self._out = self._child.stdout
        os.set_blocking(self._out.fileno(), False)
        self._rest = b""
        self.looks: list[list[float]] = []

    def hear(self) -> None:
        """Take what it has told since."""
        try:
            *lines, self._rest = (self._rest + os.read(self._out.fileno(), 65536)).split(b"\n")
        except BlockingIOError:
            return
        self.looks += [json.loads(line) for line in lines]

    def close(self) -> None:
        """End it."""
        self._child.kill()
        self._child.wait()
        self._out.close()


class Ear:
    """The unit's own microphone as a witness; never for a live voice, and only when *may_listen* says so: never in quiet hours.

    It was calibrated with all horns at once: of what is for some zones only it knows nothing, their horns may be out of its hearing.
    """

    def __init__(self, paths: Paths, settings: Microphone | None, ledger: Ledger, may_listen: Callable[[Moment], bool]) -> None:
        self._paths, self._settings, self._ledger, self._may_listen = paths, settings, ledger, may_listen
        self._child: _Child | None = None
        self._said: Utterance | None = None
        self._starts: float | None = None
        self._asked: str | None = None
        self._unheard = self._heard = 0

    def work(self, moment: Moment, stage: Stage, queue: tuple[Utterance, ...]) -> None:
        """Listen from shortly before something with a signal of *queue* is due, judge when the signal is over, end when it is not said."""
        said = stage.target or next(iter(queue), None)
        if self._said is not None and (said is None or said.key != self._said.key):
            self.close()
        if said is not None and said.key != self._asked and due(said, moment) <= moment.mono + EARLY:
            self._asked = said.key
            if stage.lines.everywhere(said):
                self._begin(said, moment)
        if self._child is None or self._said is None or self._settings is None:
            return
        self._child.hear()
        if self._starts is None and stage.target is not None and stage.signal_at is not None:
            self._starts = stage.line.moment_of(stage.signal_at) + stage.latency
        if self._starts is not None and moment.mono >= self._starts + length(self._said.attention) + self._settings.ear.latest + MARGIN:
            self._conclude(moment, stage, self._said, self._starts, self._child.looks, self._settings)
            self.close()

    def close(self) -> None:
        """Listen no more."""
        if self._child is not None:
            self._child.close()
        self._child, self._said, self._starts = None, None, None

    def _begin(self, said: Utterance, moment: Moment) -> None:
        if self._settings is None or said.attention is Attention.NONE or live(said) or not self._may_listen(moment):
            return
        self._child, self._said, self._starts = _Child(self._settings), said, None

    def _conclude(
        self, moment: Moment, stage: Stage, said: Utterance, starts: float, looks: list[list[float]], settings: Microphone
    ) -> None:
        found = read(said.attention, np.array(looks), starts, settings.ear.latest)
        if found is None:
            return
        record = read_unit(self._paths)
        calibrated = record.ear.tone if record is not None and record.ear is not None else None
        heard = judge(found, calibrated, said.gain, settings.ear)
        write_ear(self._paths, _told(found, said, moment, heard))
        if stage.airing is not None and stage.airing.utterance.key == said.key:
            stage.airing.heard_by_ear = heard
        if heard is not None:
            self._remember(heard, settings)

    def _remember(self, heard: bool, settings: Microphone) -> None:
        """One bad reading is no fault, and one good reading does not end one."""
        self._heard, self._unheard = (self._heard + 1, 0) if heard else (0, self._unheard + 1)
        if self._unheard >= settings.unheard_is_fault:
            self._ledger.fault(FaultCode.NOT_HEARD, DEAF)
        elif self._heard >= settings.heard_is_right:
            self._ledger.right(FaultCode.NOT_HEARD)


def _told(found: Reading, said: Utterance, moment: Moment, heard: bool | None) -> EarReading:
    return EarReading(
        occurrence=said.key,
        at=moment.stamp(),
        tone=round(found.tone, 2),
        noise=round(found.noise, 2),
        contrast=round(found.contrast, 2),
        gain=said.gain,
        whole=found.whole,
        heard=heard,
    )
