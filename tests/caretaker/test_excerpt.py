"""Only the log of one of our programs is given, only when it was asked for, and it is read by systemd's own tool."""

import json
from pathlib import Path

import pytest

from bundle.orders import LogOf
from caretaker import last_words
from caretaker.excerpt import answer, listen
from device.excerpts import excerpt_for, request_excerpt
from device.paths import Paths
from evidence.excerpt import MOST_TEXT
from tests.deploy.units import DEPLOY


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


def test_a_question_is_answered_once_and_taken_away(paths: Paths) -> None:
    asked = request_excerpt(paths, LogOf.DISPLAY, 3)
    assert excerpt_for(paths, asked) is None
    answer(paths, lambda program, lines: f"{program} {lines}".encode())
    found = excerpt_for(paths, asked)
    assert found is not None
    assert (found.text, paths.log_request.exists()) == ("display 3", False)
    assert excerpt_for(paths, "khac") is None
    answer(paths, lambda *_: pytest.fail("nobody asked"))


@pytest.mark.parametrize("wrong", [{"program": "sshd"}, {"program": "../audio"}, {"lines": 100_000}, {"request": "../x"}])
def test_what_is_no_question_is_taken_away_and_answered_by_nobody(paths: Paths, wrong: dict[str, object]) -> None:
    paths.log_request.parent.mkdir(parents=True)
    paths.log_request.write_text(json.dumps({"request": "a", "program": "audio", "lines": 5} | wrong), encoding="utf-8")
    answer(paths, lambda *_: pytest.fail("it was no question"))
    assert (paths.log_request.exists(), paths.log_excerpt.exists()) == (False, False)


def test_of_a_log_of_any_length_the_end_is_given(paths: Paths) -> None:
    asked = request_excerpt(paths, LogOf.AUDIO, 500)
    answer(paths, lambda *_: b"x" * MOST_TEXT + b"\xffend")
    found = excerpt_for(paths, asked)
    assert found is not None
    assert (len(found.text), found.text[-4:]) == (MOST_TEXT, "\ufffdend")


def test_the_log_of_the_programs_own_service_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "journalctl"
    tool.write_text('#!/bin/sh\necho "$@"\n', encoding="ascii")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert listen(LogOf.AUDIO, 7).decode().split()[-4:] == ["--lines", "7", "--unit", "bangtin-audio.service"]
    tool.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    assert b"cannot be read" in last_words.listen("bangtin-audio")


@pytest.mark.parametrize("program", list(LogOf))
def test_every_program_whose_log_may_be_asked_for_has_a_service(program: LogOf) -> None:
    assert (DEPLOY / f"systemd/bangtin-{program}.service").exists()
