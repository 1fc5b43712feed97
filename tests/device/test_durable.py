"""The one durable write: the order of the system calls, and what is left when each of them is the last."""

import os
from pathlib import Path

import pytest
from tinydb import TinyDB

from device import durable
from device.durable import DurableStorage, replace
from device.errors import ShelfDamaged


def test_the_order_is_write_sync_rename_sync_again_sync_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renaming before the sync leaves an empty file after a power cut; no sync of the folder loses the new name.

    Without the second sync of the file it is empty on FAT, where its length stands beside its name.
    """
    calls: list[str] = []
    names: dict[int, str] = {}
    real_open, real_write, real_fsync, real_rename = os.open, os.write, os.fsync, Path.rename

    def opened(path: Path, *rest: int) -> int:
        descriptor = real_open(path, *rest)
        names[descriptor] = Path(path).name
        return descriptor

    def renamed(self: Path, target: Path) -> Path:
        calls.append(f"rename {self.name} {target.name}")
        return real_rename(self, target)

    monkeypatch.setattr(durable.os, "open", opened)
    monkeypatch.setattr(durable.os, "write", lambda fd, data: (calls.append(f"write {names[fd]}"), real_write(fd, data))[1])
    monkeypatch.setattr(durable.os, "fsync", lambda fd: (calls.append(f"fsync {names[fd]}"), real_fsync(fd))[1])
    monkeypatch.setattr(Path, "rename", renamed)
    replace(tmp_path / "a.json", b"new")
    synced = "fsync .a.json.new"
    assert calls == ["write .a.json.new", synced, "rename .a.json.new a.json", synced, f"fsync {tmp_path.name}"]


def test_a_fault_leaves_the_old_whole_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    replace(target, b"old")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "write", full)
    with pytest.raises(OSError, match="No space"):
        replace(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    replace(tmp_path / "key", b"secret", 0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_litter_of_a_power_cut_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".a.json.new").write_bytes(b"half")
    replace(tmp_path / "a.json", b"whole")
    assert (tmp_path / "a.json").read_bytes() == b"whole"


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(durable.os, "write", lambda fd, data: real(fd, data[:2]))
    replace(tmp_path / "a", b"abcdefg")
    assert (tmp_path / "a").read_bytes() == b"abcdefg"


def test_folders_above_are_made(tmp_path: Path) -> None:
    replace(tmp_path / "x/y/z", b"1")
    assert (tmp_path / "x/y/z").read_bytes() == b"1"


def store(path: Path, word: str) -> None:
    with TinyDB(path, storage=DurableStorage) as database:
        database.truncate()
        database.insert({"word": word})


def words(path: Path) -> list[str]:
    with TinyDB(path, storage=DurableStorage) as database:
        return [document["word"] for document in database.all()]


def test_tinydb_json_storage_a_cut_anywhere_leaves_a_whole_state(tmp_path: Path) -> None:
    """TinyDB's own storage is unreadable after most cuts: ours gives the new or the previous generation."""
    path = tmp_path / "unit.json"
    store(path, "cũ")
    with TinyDB(path, storage=DurableStorage) as database:
        database.update({"word": "mới"})
    raw = path.read_bytes()
    for cut in range(len(raw) - 1):
        path.write_bytes(raw[:cut])
        assert words(path) == ["cũ"]
    path.write_bytes(raw)
    assert words(path) == ["mới"]


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "unit.json"
    store(path, "một")
    path.write_bytes(path.read_bytes().replace("một".encode(), b"hai"))
    path.with_name("unit.json.previous").write_bytes(b"")
    with pytest.raises(ShelfDamaged):
        words(path)


def test_a_damaged_generation_never_becomes_the_previous_one(tmp_path: Path) -> None:
    path = tmp_path / "unit.json"
    storage = DurableStorage(path)
    storage.write({"t": {"1": {"word": "một"}}})
    storage.write({"t": {"1": {"word": "hai"}}})
    path.write_bytes(b"rotten")
    storage.write({"t": {"1": {"word": "ba"}}})
    path.write_bytes(b"rotten again")
    assert storage.read() == {"t": {"1": {"word": "một"}}}


def test_the_file_is_readable_by_people(tmp_path: Path) -> None:
    store(tmp_path / "unit.json", "Xã Bản Mẫu")
    assert "Xã Bản Mẫu" in (tmp_path / "unit.json").read_text(encoding="utf-8")
