"""What was said is kept: whole, within its room, also when the voice or the power goes, and never at the cost of the sound."""

import hashlib
import os
import signal
import time
from contextlib import closing

import numpy as np
import pytest

from audio.on_site.keep import length, make_room
from audio.on_site.recordings import Recordings, name_of, occurrence_of
from device.paths import Paths
from tests.audio.conftest import until
from tests.audio.village import tone

NAME = "override:33ae80bb-16b0-4b22:7:microphone"


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


def kept_by(paths, room=200.0):
    told = []
    return Recordings(paths, room, lambda *kept: told.append(kept)), told


def say(recorder, seconds):
    for block in np.split(tone(seconds), round(seconds * 50)):
        while recorder.lost == 0:
            recorder.write(block.tobytes())
            break


def killed(recorder):
    """Nobody takes the answer of *recorder*, which finishes all the same."""
    recorder.child.wait()
    recorder.child.stdout.close()


def test_a_recording_has_its_name_when_the_journal_has_its_hash(paths):
    recordings, told = kept_by(paths)
    recorder = recordings.begin(NAME)
    say(recorder, 2.0)
    recorder.end()
    until(lambda: recordings.work() or told, "the recording")
    ((occurrence, sha256, size, seconds),) = told
    (file,) = paths.recordings.iterdir()
    data = file.read_bytes()
    assert (occurrence, sha256, size) == (NAME, hashlib.sha256(data).hexdigest(), len(data))
    assert seconds == pytest.approx(2.0, abs=0.05)
    assert file.suffix == ".opus"
    assert (file.stat().st_mode & 0o777, paths.recordings.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_an_earlier_run_left_behind_is_found_and_named(paths):
    recordings, _ = kept_by(paths)
    recorder = recordings.begin(NAME)
    say(recorder, 1.0)
    recorder.end()  # and the voice is killed before it looks again
    killed(recorder)
    again, told = kept_by(paths)
    until(lambda: again.work() or told, "what was left behind")
    assert told[0][0] == NAME
    assert [path.suffix for path in paths.recordings.iterdir()] == [".opus"]


def test_a_file_that_a_power_cut_tore_is_kept_as_far_as_it_goes(paths):
    recordings, _ = kept_by(paths)
    recorder = recordings.begin(NAME)
    say(recorder, 3.0)
    recorder.end()
    killed(recorder)
    part = paths.recordings / name_of(NAME)
    data = part.read_bytes()
    part.write_bytes(data[: len(data) * 2 // 3])
    again, told = kept_by(paths)
    until(lambda: again.work() or told, "what was left behind")
    assert 0.5 < told[0][3] < 3.0


def test_a_recorder_that_stands_still_never_holds_up_the_sound(paths):
    recordings, told = kept_by(paths)
    with closing(recordings):
        recorder = recordings.begin(NAME)
        os.kill(recorder.child.pid, signal.SIGSTOP)
        began = time.perf_counter()
        for _ in range(30):
            recorder.write(tone(1.0).tobytes())
        assert recorder.lost > 0
        assert time.perf_counter() - began < 2.0, "half a minute of samples, and nobody takes them"
        os.kill(recorder.child.pid, signal.SIGCONT)
    assert told, "what the pipe held is kept"


def test_a_recorder_that_died_costs_the_recording_and_nothing_else(paths):
    recordings, told = kept_by(paths)
    with closing(recordings):
        recorder = recordings.begin(NAME)
        recorder.child.kill()
        recorder.child.wait()
        recorder.write(tone(1.0).tobytes())
        assert recorder.lost > 0
    assert told == []


def test_the_oldest_give_way_to_what_is_said_now(tmp_path):
    for number in range(5):
        path = tmp_path / f"{number}.opus"
        path.write_bytes(b"x" * 1000)
        os.utime(path, (number, number))
    make_room(tmp_path, 2500)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["3", "4"]


def test_a_name_leads_back_to_its_occurrence(tmp_path):
    assert occurrence_of(tmp_path / name_of(NAME)) == NAME


def test_what_is_no_recording_has_no_length(tmp_path):
    path = tmp_path / "x.part"
    for data in (b"", b"no sound at all" * 100):
        path.write_bytes(data)
        assert length(path) == 0.0
