"""Lines that wait in RAM: read at once, found again by the next program, gone with the power and then said to be lost."""

import errno
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device import journal
from device.journal import JournalReader, JournalWriter, read
from evidence.records import AlertSeen, Gap
from tests.device.test_journal import seen
from tests.examples import share


def card_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.seg"))


def writer(folder: Path, boot: str = "boot-1") -> JournalWriter:
    return JournalWriter(folder / "journal", boot=boot, ram=folder / "ram")


def numbers(folder: Path) -> list[int]:
    return [line.n for line in read(folder / "journal")]


def test_a_run_of_unsynced_lines_touches_the_card_at_its_begin_and_its_end(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    lines.write(seen(0), sync=False)
    begin = card_bytes(tmp_path / "journal")
    for number in range(1, 50):
        lines.write(seen(number), sync=False)
    assert card_bytes(tmp_path / "journal") == begin
    assert numbers(tmp_path) == list(range(50)), "whoever reads the journal has them at once"
    lines.sync()
    shutil.rmtree(tmp_path / "ram")
    assert numbers(tmp_path) == list(range(50)), "and now they are on the card"


def test_a_line_that_must_not_be_lost_takes_those_before_it_along(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    for number in range(5):
        lines.write(seen(number), sync=number == 4)
    shutil.rmtree(tmp_path / "ram")
    assert numbers(tmp_path) == list(range(5))


def test_a_killed_program_finds_its_lines_again(tmp_path: Path) -> None:
    killed = writer(tmp_path)
    for number in range(5):
        killed.write(seen(number), sync=False)
    after = writer(tmp_path)
    assert numbers(tmp_path) == list(range(5))
    after.write(seen(5), sync=True)
    assert [line.kind for line in read(tmp_path / "journal")] == ["alert-seen"] * 6, "nothing was lost, and nothing is said to be"


def test_the_power_takes_them_and_the_journal_says_so(tmp_path: Path) -> None:
    lines = writer(tmp_path)
    for number in range(5):
        lines.write(seen(number), sync=False)
    shutil.rmtree(tmp_path / "ram")
    after = writer(tmp_path, boot="boot-2")
    fresh = after.write(seen(9, "boot-2"), sync=True)
    assert fresh.n > 4, "no number that somebody may have read comes again"
    gap = [line for line in read(tmp_path / "journal") if isinstance(line, Gap)]
    assert [each.first for each in gap] == [1]
    assert gap[0].last >= 4


def test_a_program_killed_while_its_lines_move_to_the_card(tmp_path: Path) -> None:
    """At every byte of the move: each line is there once, and none is said to be lost."""
    before = tmp_path / "before"
    lines = writer(before)
    for number in range(4):
        lines.write(seen(number), sync=False)
    begun = card_bytes(before / "journal")
    shutil.copytree(before, tmp_path / "after", symlinks=True)
    moved = writer(tmp_path / "after")
    moved.sync()
    whole = (tmp_path / "after" / "journal" / "00000000.seg").read_bytes()
    for cut in range(begun, len(whole) + 1, 7):
        folder = tmp_path / f"cut-{cut}"
        shutil.copytree(before, folder, symlinks=True)
        (folder / "journal" / "00000000.seg").write_bytes(whole[:cut])
        after = writer(folder)
        after.write(seen(4), sync=True)
        assert [(line.n, line.kind) for line in read(folder / "journal")] == [(n, "alert-seen") for n in range(5)], cut


def test_without_room_in_ram_the_card_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    lines = writer(tmp_path)
    monkeypatch.setattr("device.waiting.Waiting.add", full)
    for number in range(5):
        lines.write(seen(number), sync=False)
    shutil.rmtree(tmp_path / "ram")
    assert numbers(tmp_path) == list(range(5))


def test_no_more_wait_than_may_be_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_UNSYNCED", 10)
    lines = writer(tmp_path)
    for number in range(35):
        lines.write(seen(number), sync=False)
    shutil.rmtree(tmp_path / "ram")
    on_card = numbers(tmp_path)
    assert on_card == list(range(len(on_card)))
    assert len(on_card) >= 25


STEPS = st.lists(st.sampled_from(["write", "write", "write", "write synced", "sync", "read", "read between", "kill"]), max_size=60)


@share(1.0)
@given(steps=STEPS)
def test_a_reader_gets_each_line_once_and_in_order_whatever_moves(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "SEGMENT_BYTES", 700)
        patch.setattr(journal, "MAX_UNSYNCED", 8)
        folder, got, wrote = Path(name), list[int](), 0
        lines, reader = writer(folder), JournalReader(folder / "journal")
        for step in [*steps, "sync", "read"]:
            match step:
                case "write" | "write synced":
                    assert lines.write(seen(wrote), sync=step == "write synced").n == wrote
                    wrote += 1
                case "sync":
                    lines.sync()
                case "read":
                    got += [line.n for line in reader.new() if isinstance(line, AlertSeen)]
                case "read between":
                    # The reader has looked at the card; before it looks into RAM the lines move, and newer ones wait there.
                    looking = reader.new()
                    got += [line.n for line in [next(looking, None)] if isinstance(line, AlertSeen)]
                    lines.sync()
                    for _ in range(2):
                        lines.write(seen(wrote), sync=False)
                        wrote += 1
                    got += [line.n for line in looking if isinstance(line, AlertSeen)]
                case "kill":
                    lines = writer(folder)
        assert got == list(range(wrote))
