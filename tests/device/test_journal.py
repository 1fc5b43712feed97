"""A journal after every possible cut: what was synced is there, what was lost is said, no number comes twice."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device import journal
from device.journal import JournalReader, JournalWriter, discard, read
from evidence.records import AlertSeen, ClockState, Gap, Stamp

AT = Stamp(wall=datetime(2026, 11, 21, 5, 0, tzinfo=UTC), state=ClockState.TRUSTED, boot="boot-1", mono=12.5)


def seen(number: int, boot: str = "boot-1") -> AlertSeen:
    return AlertSeen(n=0, at=AT.model_copy(update={"boot": boot}), identity=f"cảnh báo {number}", channel="vn.20")


def fill(folder: Path, count: int, sync: bool, start: int = 0, boot: str = "boot-1") -> None:
    writer = JournalWriter(folder, boot=boot)
    for number in range(start, start + count):
        writer.write(seen(number, boot), sync)
    writer.close()


def names(folder: Path, after: int = -1) -> list[str]:
    return [line.identity if isinstance(line, AlertSeen) else line.kind for line in read(folder, after)]


def test_lines_come_back_in_order_with_numbers_from_zero(tmp_path: Path) -> None:
    fill(tmp_path, 3, sync=True)
    assert [line.n for line in read(tmp_path)] == [0, 1, 2]
    assert names(tmp_path, after=1) == ["cảnh báo 2"]


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    fill(tmp_path, 3, sync=False)
    fill(tmp_path, 2, sync=False, start=3, boot="boot-2")
    assert [line.n for line in read(tmp_path)] == [0, 1, 2, 3, 4]


def test_a_simulated_writer_says_so_on_every_line(tmp_path: Path) -> None:
    JournalWriter(tmp_path, simulated=True).write(seen(0), sync=True)
    assert [line.simulated for line in read(tmp_path)] == [True]


def test_a_missing_folder_has_no_lines(tmp_path: Path) -> None:
    assert list(read(tmp_path / "nowhere")) == []


def test_cut_at_every_byte_of_the_last_synced_lines(tmp_path: Path) -> None:
    """Power cut while a line is written: the lines before it stay, and its number is admitted lost, not used again."""
    fill(tmp_path / "whole", 3, sync=True)
    raw = next((tmp_path / "whole").glob("*.seg")).read_bytes()
    ends = [frame.ends for frame in journal.whole_frames(raw)]
    for cut in range(ends[0], len(raw) + 1):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        (folder / "00000000.seg").write_bytes(raw[:cut])
        whole = sum(end <= cut for end in ends)
        assert len(names(folder)) == whole
        written = JournalWriter(folder, boot="boot-2").write(seen(9, "boot-2"), sync=True)
        lines = list(read(folder))
        gaps = [line for line in lines if isinstance(line, Gap)]
        assert [line.n for line in lines[:whole]] == list(range(whole))
        assert bool(gaps) == (cut not in ends)
        assert all(gap.first == whole and gap.last >= gap.first and gap.n == gap.last + 1 for gap in gaps)
        assert written.n == lines[-1].n == (gaps[0].n + 1 if gaps else whole)


def test_unsynced_lines_lost_by_a_power_cut_never_give_their_numbers_to_others(tmp_path: Path) -> None:
    """The agent may have reported lines that the card never got: a number used twice would hide one of the two."""
    writer = JournalWriter(tmp_path, boot="boot-1")
    for number in range(10):
        writer.write(seen(number), sync=False)
    segment = sorted(tmp_path.glob("*.seg"))[0]
    raw = segment.read_bytes()
    first = next(iter(journal.whole_frames(raw))).ends
    segment.write_bytes(raw[:first])  # the page cache died with the power; only the first line of the run was synced
    fresh = JournalWriter(tmp_path, boot="boot-2").write(seen(99, "boot-2"), sync=True)
    assert fresh.n > 9
    assert next(line for line in read(tmp_path) if isinstance(line, Gap)).first == 1


@pytest.mark.parametrize("waits_in_ram", [True, False])
def test_a_cut_between_two_segments_gives_no_number_twice(tmp_path: Path, monkeypatch, waits_in_ram: bool) -> None:
    """The new segment is there and empty; what was to stand in it went with the power, and the one before tells of it."""
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 900)
    writer = JournalWriter(tmp_path / "journal", boot="boot-1", ram=tmp_path / "ram" if waits_in_ram else None)
    written = 0
    while len(segments := sorted((tmp_path / "journal").glob("*.seg"))) < 2:
        written = writer.write(seen(0), sync=False).n
        writer._rotate(written) if written == 7 and waits_in_ram else None
    segments[-1].write_bytes(b"")
    shutil.rmtree(tmp_path / "ram", ignore_errors=True)
    fresh = JournalWriter(tmp_path / "journal", boot="boot-2").write(seen(99, "boot-2"), sync=True)
    assert fresh.n > written


def test_the_first_unsynced_line_of_a_run_is_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal.os, "fdatasync", synced.append)
    writer = JournalWriter(tmp_path)
    for number in range(journal.MAX_UNSYNCED):
        writer.write(seen(number), sync=False)
    assert len(synced) == 1
    writer.write(seen(0), sync=False)
    assert len(synced) == 2, "so many lines without a sync are the most that may be lost"


def test_a_killed_program_lost_nothing_and_says_nothing(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, boot="boot-1")
    writer.write(seen(0), sync=False)
    writer.write(seen(1), sync=False)
    assert JournalWriter(tmp_path, boot="boot-1").write(seen(2), sync=False).n == 2
    assert "gap" not in names(tmp_path)


def test_a_clean_end_leaves_no_gap_at_the_next_boot(tmp_path: Path) -> None:
    fill(tmp_path, 3, sync=False)
    fill(tmp_path, 1, sync=False, start=3, boot="boot-2")
    assert "gap" not in names(tmp_path)


def test_a_rotten_byte_hides_no_later_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 700)
    fill(tmp_path, 12, sync=True)
    first, *rest = sorted(tmp_path.glob("*.seg"))
    assert rest
    raw = bytearray(first.read_bytes())
    raw[20] ^= 1
    first.write_bytes(raw)
    assert [line.n for line in read(tmp_path)] == list(range(int(rest[0].stem), 12)), "the missing numbers show the loss"


def test_a_reader_stops_at_a_line_under_way_and_goes_on_when_it_is_whole(tmp_path: Path) -> None:
    fill(tmp_path / "whole", 2, sync=True)
    raw = next((tmp_path / "whole").glob("*.seg")).read_bytes()
    end = next(iter(journal.whole_frames(raw))).ends
    growing = tmp_path / "growing"
    growing.mkdir()
    reader = JournalReader(growing)
    (growing / "00000000.seg").write_bytes(raw[: end + 5])
    assert [line.n for line in reader.new()] == [0]
    (growing / "00000000.seg").write_bytes(raw)
    assert [line.n for line in reader.new()] == [1]
    assert [line.n for line in reader.new()] == []


def test_a_reader_follows_over_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 500)
    writer, reader, found = JournalWriter(tmp_path), JournalReader(tmp_path), []
    for number in range(20):
        writer.write(seen(number), sync=False)
        found += [line.n for line in reader.new()]
    assert found == list(range(20))
    assert len(list(tmp_path.glob("*.seg"))) > 3


def test_only_segments_that_are_wholly_acknowledged_go_and_the_count_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 500)
    fill(tmp_path, 20, sync=True)
    starts = [int(path.stem) for path in sorted(tmp_path.glob("*.seg"))]
    discard(tmp_path, starts[2])  # one line of the third segment: it stays
    assert [line.n for line in read(tmp_path)] == list(range(starts[2], 20))
    discard(tmp_path, 19)
    fill(tmp_path, 1, sync=True, start=20)
    assert [line.n for line in read(tmp_path)][-1] == 20


def test_a_journal_that_nobody_fetches_gives_up_its_oldest_lines_and_no_more_than_that(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 1000)
    writer = JournalWriter(tmp_path, most_bytes=5000)
    for number in range(200):
        writer.write(seen(number), sync=True)
        writer.forget(-1)
        assert sum(path.stat().st_size for path in tmp_path.glob("*.seg")) <= 5000
        there = [line.n for line in read(tmp_path)]
        assert there == list(range(there[0], number + 1)), "the oldest go, and the newest never"
    assert there[0] > 100
    assert sum(path.stat().st_size for path in tmp_path.glob("*.seg")) > 3000, "what there is room for stays"
    writer.forget(there[-1])
    assert len(list(tmp_path.glob("*.seg"))) == 1, "what is acknowledged goes first, and makes the room"


def test_a_line_of_another_release_is_passed_over_and_its_number_stays_its_own(tmp_path: Path) -> None:
    fill(tmp_path, 1, sync=True)
    strange = journal.record_json({"kind": "of-tomorrow", "n": 1, "at": AT.model_dump(mode="json")})
    with sorted(tmp_path.glob("*.seg"))[0].open("ab") as file:
        file.write(journal.framed(strange, False))
    assert JournalWriter(tmp_path, boot="boot-1").write(seen(2), sync=True).n == 2
    assert [line.n for line in read(tmp_path)] == [0, 2]


@pytest.mark.parametrize("nonsense", [b"{}", b"rubbish", b'{"n":-1}', b"\xff"])
def test_a_line_whose_number_cannot_be_read_costs_one_number_and_no_start(tmp_path: Path, nonsense: bytes) -> None:
    """Found by fuzzing: its checksum is right, so nothing but a fault of another release wrote it; the program must start all the same."""
    fill(tmp_path, 2, sync=True)
    with (tmp_path / "00000000.seg").open("ab") as file:
        file.write(journal.framed(nonsense, unsynced=False))
    writer = JournalWriter(tmp_path, boot="boot-1")
    assert writer.write(seen(9), sync=True).n == 3
    assert names(tmp_path) == ["cảnh báo 0", "cảnh báo 1", "cảnh báo 9"]


def test_a_full_card_loses_lines_visibly_and_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """dotnet #177 loops when the disk is full: here the missing number is the trace, and later lines are whole."""
    writer, real = JournalWriter(tmp_path), os.write
    writer.write(seen(0), sync=True)

    def half_then_full(descriptor: int, data: bytes) -> int:
        if len(data) < 30:
            raise OSError(28, "No space left on device")
        return real(descriptor, data[:-29])

    monkeypatch.setattr(journal.os, "write", half_then_full)
    assert writer.write(seen(1), sync=True).n == 1
    monkeypatch.undo()
    assert writer.write(seen(2), sync=True).n == 2
    assert [line.n for line in read(tmp_path)] == [0, 2]


@given(st.lists(st.booleans(), max_size=12), st.data())
def test_any_cut_keeps_a_prefix_and_later_lines_get_higher_numbers(
    tmp_path_factory: pytest.TempPathFactory, syncs: list[bool], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    writer = JournalWriter(folder, boot="boot-1")
    for number, sync in enumerate(syncs):
        writer.write(seen(number), sync)
    segment = sorted(folder.glob("*.seg"))[0]
    raw = segment.read_bytes()
    segment.write_bytes(raw[: data.draw(st.integers(0, len(raw)))] + data.draw(st.binary(max_size=40)))
    JournalWriter(folder, boot="boot-2").write(seen(99, "boot-2"), sync=True)
    lines = list(read(folder))
    numbers = [line.n for line in lines]
    assert numbers == sorted(set(numbers))
    assert isinstance(lines[-1], AlertSeen)
    assert lines[-1].identity == "cảnh báo 99"
