"""Kill any part while the amplifier is on: the line is inactive within 1.5 s, and the journal tells the truth afterwards."""

import os
import signal
import subprocess
import sys
import time

import pytest

from audio.ledger import UNHEARD
from device.status import read_status
from evidence.records import Outcome
from tests.audio.conftest import until
from tests.audio.village import tone

pytestmark = pytest.mark.endtoend
LIMIT = 1.5


def boot_seconds():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def speaking(village, recordings):
    """A unit in the middle of a session; returns its voice."""
    village.plan_session(recordings)
    voice = village.start()
    until(village.sounding, "sound")
    assert [s.active for s in village.bench.look()] == [True]
    return voice


def off_within(village, since, limit=LIMIT):
    off = village.bench.switched_to(False)
    print(f"inactive {1000 * (off.at.mono - since):.0f} ms after")
    assert off.at.mono - since < limit
    return off


def test_direwolf_89_the_voice_is_killed(village):
    voice = speaking(village, [tone(20.0)])
    since = boot_seconds()
    voice.kill()
    off_within(village, since)
    voice.wait()
    village.start_voice()
    failed = village.outcome("bai-1", Outcome.FAILED)
    assert "crash" in failed.reason
    assert not any(s.outcome is Outcome.COMPLETE for s in village.sounded())
    until(lambda: (s := read_status(village.paths, "audio")) and s.ready and s, "the voice to be ready again")
    assert [s.active for s in village.bench.look()] == [True, False], "an announcement sounds at most once"


def test_what_was_only_written_ahead_sounds_when_the_killed_voice_is_back(village):
    voice = speaking(village, [tone(4.0), tone(1.0)])
    village.outcome("bai-2", Outcome.STARTED)
    voice.kill()
    voice.wait()
    village.start_voice()
    assert village.outcome("bai-2", Outcome.INTERRUPTED).reason == UNHEARD
    assert village.outcome("bai-2", Outcome.COMPLETE)
    assert "crash" in village.outcome("bai-1", Outcome.FAILED).reason, "an announcement sounds at most once"


def test_the_sound_process_is_killed_and_comes_back(village):
    speaking(village, [tone(6.0), tone(1.0)])
    since = boot_seconds()
    (sound,) = village.children()["sound"]
    sound.kill()
    off_within(village, since)
    assert "speaker lost" in village.outcome("bai-1", Outcome.FAILED).reason
    assert village.outcome("bai-2", Outcome.COMPLETE), "the next one goes on"


def test_the_sound_process_hangs_and_the_lease_lapses(village):
    speaking(village, [tone(20.0)])
    since = boot_seconds()
    (sound,) = village.children()["sound"]
    sound.send_signal(signal.SIGSTOP)
    off = off_within(village, since)
    assert off.reason == "lease lapsed"
    sound.kill()


def test_the_voice_hangs_and_its_lines_are_let_go_with_its_pulse(village):
    voice = speaking(village, [tone(20.0)])
    since = boot_seconds()
    voice.send_signal(signal.SIGSTOP)
    assert off_within(village, since).reason == "released"
    voice.send_signal(signal.SIGCONT)
    assert "amplifier lost" in village.outcome("bai-1", Outcome.FAILED).reason
    until(lambda: (s := read_status(village.paths, "audio")) and s.ready and s, "the voice to be ready again")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_decoder_dies_or_hangs_and_the_next_utterance_goes_on(village, how):
    speaking(village, [tone(6.0), tone(1.0)])
    decoder = max(village.children()["decode"], key=lambda child: "--offset=0" in " ".join(child.cmdline()) and -child.pid)
    since = boot_seconds()
    decoder.send_signal(how)
    off = off_within(village, since)
    assert off.reason == "released"
    assert "bộ giải mã" in village.outcome("bai-1", Outcome.FAILED).reason
    assert village.outcome("bai-2", Outcome.COMPLETE)


def test_the_amplifier_program_is_killed_nothing_is_claimed_and_it_comes_back(village):
    village.plan_session([tone(20.0)])
    amplifier = village.bench.start_amplifier()
    village.start_voice()
    until(village.sounding, "sound")
    amplifier.kill()
    amplifier.wait()
    assert "amplifier lost" in village.outcome("bai-1", Outcome.FAILED).reason
    status = until(lambda: (s := read_status(village.paths, "audio")) and not s.ready and s, "the status to say why")
    assert "amplifier lost" in status.reasons[0]
    village.bench.start_amplifier()
    until(lambda: (s := read_status(village.paths, "audio")) and s.ready and s, "the voice to be ready again")


def test_without_an_amplifier_program_nothing_is_spoken(village):
    village.plan_session([tone(1.0)], after=2.0)
    village.start_voice()
    failed = village.outcome("bai-1", Outcome.FAILED)
    assert "amplifier lost" in failed.reason
    assert (failed.samples, failed.rung) == (0, 0)
    assert not any(s.outcome is Outcome.STARTED for s in village.sounded())


def test_ending_the_voice_cleanly_releases_the_line(village):
    voice = speaking(village, [tone(20.0)])
    since = boot_seconds()
    voice.terminate()
    off_within(village, since)
    assert voice.wait(5) == 0


def test_ctrl_c_in_a_terminal_fades_releases_the_line_and_shows_no_traceback(village):
    village.plan_session([tone(20.0)])
    village.bench.start_amplifier()
    code = "import sys; from device.paths import Paths; from audio.main import run; sys.exit(run(Paths.from_environment()))"
    environment = {**os.environ, "BANGTIN_ROOT": str(village.paths.root)}
    voice = subprocess.Popen([sys.executable, "-c", code], env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True)
    until(village.sounding, "sound")
    since = boot_seconds()
    os.killpg(voice.pid, signal.SIGINT)
    off_within(village, since)
    said = voice.communicate(timeout=20)[1]
    assert voice.returncode == 0
    assert "Traceback" not in said
    assert "speaker lost" not in village.outcome("bai-1", Outcome.FAILED).reason
