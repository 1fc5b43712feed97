"""The front door: it opens fast, answers wrong input with sentences, and lets nobody see a traceback."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bangtin.main import main
from bangtin.publish import TASKS, publish
from device.clock import SystemClock
from device.first_boot import FirstBoot, Step, Trouble, write_first_boot
from device.paths import Paths
from device.status import write_status
from evidence.records import ClockState, TimeSource
from evidence.report import ProgramStatus
from tests.audio.conftest import until


def run(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_help_names_every_command_without_importing_any():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom bangtin.main import main\n"
        "assert 'display' in CliRunner().invoke(main, ['--help']).output\n"
        "assert not [name for name in ('aiohttp', 'tuf', 'pygame', 'sqlalchemy', 'av') if name in sys.modules]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("explain",),
        ("explain", "--at", "9999-12-31T23:59:59"),
        ("provision", "enrol", "--grant", "nonsense"),
        ("publish", "draft", "/nowhere", "--out", "{}/out", "--version", "1"),
        ("publish", "release", "{}", "--site", "{}", "--online-key", "{}/none.json"),
        (
            "publish",
            "alert",
            "{}/etc/bangtin/unit.toml",
            "--site",
            "{}",
            "--channel",
            "vn",
            *(w for k in ("author", "approver", "online") for w in (f"--{k}-key", "{}/k")),
        ),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_wrong_input_is_answered_with_sentences(tmp_path: Path, words):
    paths = Paths(tmp_path)
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text('[clock]\ndriver = "shifted"\n')
    rooted = ("--root", tmp_path) if words[0] in ("explain", "provision") else ()
    done = run(*(word.replace("{}", str(tmp_path)) for word in words), *rooted)
    assert done.exit_code in (1, 2)
    assert done.output.strip()
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception


def test_all_wrong_settings_are_told_at_once_with_a_guess(tmp_path: Path):
    paths = Paths(tmp_path)
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text('[scren]\nwidth = 3\n\n[sound]\ndriver = "alsaa"\n')
    told = run("explain", "--root", tmp_path).output
    assert "screen" in told
    assert "alsa" in told


def test_status_shows_what_it_can_whatever_is_wrong(tmp_path: Path):
    done = run("status", "--root", tmp_path)
    assert done.exit_code == 0
    assert "không chạy" in done.output
    assert "clock: not known" in done.output


@pytest.mark.parametrize(
    ("state", "source", "told"),
    [
        (ClockState.TRUSTED, TimeSource.RTC, "clock: trusted (battery-backed RTC)"),
        (ClockState.UNKNOWN, TimeSource.NONE, "clock: unknown (no source of time vouches for it)"),
        (ClockState.TRUSTED, None, "clock: trusted (simulated)"),
    ],
)
def test_status_says_how_far_the_agent_believes_the_clock_and_on_whose_word(tmp_path: Path, state, source, told):
    paths, clock = Paths(tmp_path), SystemClock(Paths(tmp_path))
    at = replace(clock.now(), state=state).stamp()
    write_status(paths, ProgramStatus(program="agent", at=at, ready=True, versions={}, time_source=source))
    assert told in run("status", "--root", tmp_path).output


def test_status_tells_the_next_step_of_a_unit_that_is_being_set_up_and_what_is_in_its_way(tmp_path: Path):
    paths = Paths(tmp_path)
    at = SystemClock(paths).now().stamp()
    wrong = Trouble(where=("Mạng", "network"), what=("chưa có đường nào", "there is no way out"), do=("cắm dây", "plug in a cable"))
    write_first_boot(paths, FirstBoot(at=at, step=Step.SCAN, code="048213", troubles=(wrong,)))
    told = run("status", "--root", tmp_path).output
    assert "Quét mã này bằng điện thoại (048 213) · next step: Scan this code with your phone" in told
    assert "network: there is no way out → plug in a cable" in told
    wrong = Trouble(where=("bangtin.toml: dòng 3", "bangtin.toml: line 3"), what=("sai", "wrong"))
    write_first_boot(paths, FirstBoot(at=at, step=Step.DONE, troubles=(wrong,)))
    told = run("status", "--root", tmp_path).output
    assert ("next step" in told, "bangtin.toml: line 3: wrong" in told) == (False, True), "a confirmed unit, whose file is not"


@pytest.mark.parametrize("program", ["amplifier", "audio", "display", "agent"])
def test_ctrl_c_ends_a_program_that_waits_for_its_wiring_and_it_said_why_once(tmp_path: Path, program):
    process = subprocess.Popen(
        [sys.executable, "-m", "bangtin", program, "run", "--root", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={"SDL_VIDEODRIVER": "dummy", "PATH": "/usr/bin:/bin"},
        text=True,
    )
    until(Paths(tmp_path).status(program).exists, "the status")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 0
    assert "Traceback" not in said
    assert said.count("unit.toml") <= 1


def test_the_list_of_publish_is_by_task_and_forgets_nobody():
    assert sorted(name for names in TASKS.values() for name in names) == sorted(publish.commands)
    told = run("publish", "--help").output
    assert told.index("every day") < told.index("  sign ") < told.index("what cannot wait") < told.index("  alert ")


@pytest.mark.parametrize("words", [("publish",), ("publish", "person"), ("publish", "rotate"), ("registry",), ("provision",), ("archive",)])
def test_no_help_is_cut_off_in_the_middle(words):
    told = run(*words, "--help").output
    assert "..." not in told.replace("[ARGS]...", "")


def test_who_says_no_is_answered_in_vietnamese(tmp_path: Path):
    done = run("provision", "reset-stop", "--root", tmp_path)  # asks for a name, and nobody answers
    assert done.exit_code == 1
    assert "Đã thôi · given up" in done.output
