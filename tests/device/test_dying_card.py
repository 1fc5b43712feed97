"""A full, read-only or failing card: lines are lost and numbered, and nothing that shows or speaks ends for it."""

import errno
import os
from pathlib import Path

import pytest

from device.acks import write_acks
from device.clock import ManualClock
from device.happened import load_happened, retire
from device.journal import JournalWriter, read
from device.paths import Paths
from director.happened import Happened
from evidence.records import Fault, FaultCode
from tests.simulators.publisher import START

CLOCK = ManualClock.at(START)


def fault(detail: str) -> Fault:
    return Fault(n=0, at=CLOCK.now().stamp(), code=FaultCode.UNREACHABLE, detail=detail)


@pytest.fixture(params=[errno.EROFS, errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
def card(request, monkeypatch):
    """A switch: while it is set, every write and every new file fails as this kind of card fails."""
    state = {"dying": False}

    def failing(name):
        real = getattr(os, name)

        def call(*arguments, **more):
            # A full card still lets go of what it has.
            writes = not (name == "unlink" and request.param == errno.ENOSPC) and (
                name != "open" or arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            )
            if state["dying"] and writes:
                raise OSError(request.param, os.strerror(request.param))
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, call)

    for name in ("write", "open", "fsync", "fdatasync", "ftruncate", "mkdir", "unlink"):
        failing(name)
    return state


def test_lines_are_lost_visibly_and_come_again_when_the_card_does(tmp_path, card):
    writer = JournalWriter(tmp_path / "journal")
    writer.write(fault("before"), sync=True)
    card["dying"] = True
    lost = [writer.write(fault(f"lost {n}"), sync=True) for n in range(3)]
    assert [line.n for line in lost] == [1, 2, 3]
    card["dying"] = False
    writer.write(fault("after"), sync=True)
    writer.close()
    assert [(line.n, line.detail) for line in read(tmp_path / "journal") if isinstance(line, Fault)] == [(0, "before"), (4, "after")]


def test_a_program_may_start_on_a_dead_card_and_its_journal_begins_when_the_card_is_back(tmp_path, card):
    card["dying"] = True
    writer = JournalWriter(tmp_path / "journal")
    writer.write(fault("lost"), sync=True)
    writer.sync()
    card["dying"] = False
    writer.write(fault("kept"), sync=True)
    writer.close()
    assert [line.detail for line in read(tmp_path / "journal") if isinstance(line, Fault)] == ["kept"]
    again = JournalWriter(tmp_path / "journal")
    assert again.write(fault("next"), sync=True).n == 2
    again.close()


def test_a_full_segment_goes_on_when_no_new_one_can_be_made(tmp_path, card):
    writer = JournalWriter(tmp_path / "journal")
    for n in range(300):
        writer.write(fault("x" * 1900), sync=False)
        card["dying"] = n > 100
    card["dying"] = False
    writer.write(fault("end"), sync=True)
    writer.close()
    assert [line.detail for line in read(tmp_path / "journal") if isinstance(line, Fault)][-1] == "end"


def test_nothing_is_forgotten_while_the_card_cannot_keep_what_must_be_kept(tmp_path, card):
    paths = Paths(tmp_path)
    writer = JournalWriter(paths.journal("display"))
    for n in range(400):
        writer.write(fault(f"{n} " + "x" * 1500), sync=False)
    writer.sync()
    write_acks(paths, {"display": 390})
    before = len(list(paths.journal("display").glob("*.seg")))
    card["dying"] = True
    retire(paths, "display", writer, CLOCK)
    assert len(list(paths.journal("display").glob("*.seg"))) == before > 1
    card["dying"] = False
    retire(paths, "display", writer, CLOCK)
    assert len(list(paths.journal("display").glob("*.seg"))) < before
    assert isinstance(load_happened(paths, "display", CLOCK), Happened)
    writer.close()


def test_a_card_that_lets_nothing_be_deleted_ends_no_program(tmp_path, card, monkeypatch):
    monkeypatch.setattr("device.journal.SEGMENT_BYTES", 1000)
    writer = JournalWriter(tmp_path / "journal")
    for n in range(20):
        writer.write(fault(f"{n}"), sync=True)
    card["dying"] = True
    writer.forget(19)
    card["dying"] = False
    writer.forget(19)
    assert len(list((tmp_path / "journal").glob("*.seg"))) == 1


def test_a_segment_that_cannot_be_read_hides_itself_alone_and_its_numbers_come_never_again(tmp_path, monkeypatch):
    """A bad sector in the journal would otherwise end the program at every start."""
    writer = JournalWriter(tmp_path)
    last = [writer.write(fault(f"{n}"), sync=True).n for n in range(5)][-1]
    writer.close()
    real_read, real_open = Path.read_bytes, Path.open
    bad = sorted(tmp_path.glob("*.seg"))[0]

    def failing(real):
        def call(path, *arguments, **more):
            if path == bad:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(path, *arguments, **more)

        return call

    monkeypatch.setattr(Path, "read_bytes", failing(real_read))
    monkeypatch.setattr(Path, "open", failing(real_open))
    again = JournalWriter(tmp_path)
    fresh = again.write(fault("fresh"), sync=True)
    again.close()
    assert fresh.n > last
    assert [line.n for line in read(tmp_path)] == [fresh.n]


def test_an_error_of_ours_is_not_forgiven(tmp_path, monkeypatch):
    writer = JournalWriter(tmp_path / "journal")

    def wrong(*_):
        raise OSError(errno.EBADF, "bad descriptor")

    monkeypatch.setattr(os, "write", wrong)
    with pytest.raises(OSError, match="bad descriptor"):
        writer.write(fault("x"), sync=True)
