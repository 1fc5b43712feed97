"""``bangtin archive`` at the keyboard: what it writes, what it leaves alone, and what it says when it cannot."""

from types import SimpleNamespace

import pytest

from bangtin.archive.write import Writer
from evidence.signing import fingerprint
from registry.fleet.archived import read_records
from tests.bangtin.archived import BEGIN, SIZE, VILLAGE, command, export, files, text_of


def asked(past, **changed):
    options = {"village": VILLAGE, "at": "2026-05-04T08:00", "site": past.publisher.site, "data": past.data, "size": "640x360"} | changed
    return command(*(word for name, value in options.items() for word in (f"--{name}", value)), past.folder / "cli")


async def test_the_command_writes_and_verifies_and_changes_nothing_it_reads(past):
    before = files(past.publisher.site)
    done = asked(past)
    assert done.exit_code == 0, done.output
    assert files(past.publisher.site) == before
    assert "Họp thôn tối thứ Bảy" in text_of(past.folder / "cli")
    checked = command("verify", past.folder / "cli", "--root-fingerprint", fingerprint(past.publisher.root_bytes))
    assert checked.exit_code == 0, checked.output
    assert "compared" in checked.output
    assert done.output.split()[-1] in checked.output
    again = asked(past)
    assert again.exit_code == 2
    assert "is there already" in again.output


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"village": "vn.99"}, "no unit was ever enrolled in vn.99"),
        ({"village": "Thôn Ba"}, "not a place code"),
        ({"at": "2020-01-01T06:00"}, "had no unit yet; its first was enrolled 04/05/2026 00:00:00 UTC"),
        ({"at": "2190-01-01T06:00"}, "is still to come"),
        ({"at": "hôm qua"}, "not a time"),
        ({"size": "big"}, "not a size"),
        ({"data": "/nowhere"}, "there is no database"),
        ({"site": "/nowhere"}, "not in the release tree"),
    ],
)
async def test_what_cannot_be_archived_is_one_clear_sentence(past, changed, sentence):
    done = asked(past, **changed)
    assert done.exit_code == 2, done.output
    assert sentence in " ".join(done.output.split())
    assert done.output.count("✗") == 1
    assert not (past.folder / "cli").exists()


async def test_a_full_disk_is_told_before_anything_is_written(past, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10 * 2**20))
    done = asked(past)
    assert done.exit_code == 2
    assert "are needed, 10 MB are free" in done.output
    assert not (past.folder / "cli").exists()


async def test_it_needs_no_running_registry(past):
    with_it = export(past, "out")
    await past.registry.stop()
    strange = past.data.rename(past.folder / "sổ #1 100%?")
    with read_records(strange) as records:
        assert Writer(past.publisher.tree, records, SIZE, lambda _: None).write(VILLAGE, BEGIN, 1, past.folder / "again") == with_it
