"""No child of the voice outlives its purpose: it ends when it is told to, and with its parent however that ends."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from audio.driver.ring import make
from tests.audio.conftest import until
from tests.audio.village import tone, wav

PARENT = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False)
print(child.pid, flush=True)
child.stdout.read(1)
print("at work", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["audio.heard.ear", "audio.on_site.capture", "audio.source.decode", "audio.driver.sound_process"])
def child(request, tmp_path):
    """The child at work, held by a parent that can be killed; it does not read, so that no broken pipe ends the child."""
    spoken, opening, ring = tmp_path / "spoken.raw", tmp_path / "opening.json", make(tmp_path / "ring")
    os.set_inheritable(ring, True)
    tone(120.0).tofile(spoken)
    clip = tmp_path / "clip.wav"
    clip.write_bytes(wav(tone(120.0)))
    opening.write_text('{"at": {"boot": "b", "mono": 1e12}, "n": 1, "closed": null}')
    arguments = {
        "audio.heard.ear": [],
        "audio.on_site.capture": [f"--override={opening}", "--name=override:b:1:microphone", "--seconds=900"],
        "audio.source.decode": [str(clip)],
        "audio.driver.sound_process": [f"--ring={ring}", f"--amplifier={tmp_path / 'nobody.sock'}"],
    }[request.param]
    environment = {
        **os.environ,
        "SDL_AUDIODRIVER": "disk",
        "SDL_DISKAUDIOFILEIN": str(spoken),
        "SDL_DISKAUDIOFILE": str(tmp_path / "tape.raw"),
    }
    command = [sys.executable, "-c", PARENT, sys.executable, "-m", request.param, *arguments]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, close_fds=False)
    os.close(ring)
    found = psutil.Process(int(parent.stdout.readline()))
    assert parent.stdout.readline() == b"at work\n", "the child began"
    yield parent, found
    with suppress(psutil.NoSuchProcess):
        found.kill()
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()


def over(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_child_ends_when_it_is_told_to(child):
    _, process = child
    process.send_signal(signal.SIGTERM)
    until(lambda: over(process), "its end")


def test_a_child_is_gone_when_its_parent_was_killed(child):
    parent, process = child
    process.suspend()
    parent.kill()
    until(lambda: over(process), "its end, although it could do nothing for it")
