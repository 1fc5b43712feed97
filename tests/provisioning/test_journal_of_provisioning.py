"""The journal that many short commands share: one writes at a time, no number is used twice, and what was noted travels in a report."""

import multiprocessing
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from agent.gather import Gatherer
from device.acks import write_acks
from device.clock import ManualClock
from device.journal import read
from evidence.records import MOST_PHOTO, ClockState, Maintained, Photo
from evidence.report import MAX_BATCH
from provisioning.journal import PROGRAM, note

STAMP = ManualClock.at(datetime(2026, 11, 21, 5, tzinfo=UTC), ClockState.TRUSTED).now().stamp()


def visit(what="Thay thẻ nhớ"):
    return Maintained(n=0, at=STAMP, person="Lê Văn Mẫu", what=what)


def write_many(paths, who):
    for number in range(20):
        note(paths, visit(f"{who} {number}"))


def test_commands_that_write_at_once_lose_nothing_and_use_no_number_twice(paths):
    context = multiprocessing.get_context("fork")
    commands = [context.Process(target=write_many, args=(paths, who)) for who in "abc"]
    for command in commands:
        command.start()
    for command in commands:
        command.join(60)
    lines = list(read(paths.journal(PROGRAM)))
    assert [line.n for line in lines] == list(range(60))
    assert len({line.what for line in lines}) == 60


def test_what_was_noted_travels_with_the_other_journals_and_a_report_takes_the_largest_photographs(paths):
    picture = bytes(range(200)) * (MOST_PHOTO // 200)
    for _ in range(5):
        note(paths, Photo(n=0, at=STAMP, sha256="0" * 64, picture=urlsafe_b64encode(picture)), simulated=True)
    gatherer = Gatherer(paths, {})
    reports = []
    while lines := gatherer.next_lines():
        reports.append(lines)
    assert [line.line.n for lines in reports for line in lines] == [0, 1, 2, 3, 4]
    assert all(len(lines) <= MAX_BATCH for lines in reports)
    assert all(line.program == PROGRAM and line.line.simulated and line.line.picture == picture for lines in reports for line in lines)


def test_what_the_registry_has_is_let_go_of(paths):
    picture = bytes(MOST_PHOTO)
    for number in range(12):
        note(paths, Photo(n=0, at=STAMP, sha256=f"{number:064x}", picture=urlsafe_b64encode(picture)))
    before = len(list(read(paths.journal(PROGRAM))))
    write_acks(paths, {PROGRAM: 11})
    note(paths, visit())
    after = [line.n for line in read(paths.journal(PROGRAM))]
    assert len(after) < before
    assert after[-1] == 12
