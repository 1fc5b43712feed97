"""What is written onto a stick or the boot partition can be pulled out at once: FAT keeps a file's length beside its name."""

import os
from pathlib import Path

import pytest

from agent.courier.writing import made_folder
from agent.courier.writing import put as put_letter
from device.durable import replace
from registry.fleet.stick_files import put as put_answer
from registry.trust.stick import _File, _put


def letter(folder: Path, name: str, data: bytes) -> None:
    with made_folder(folder, ".") as opened:
        put_letter(opened, name, data)


def content(folder: Path, name: str, data: bytes) -> None:
    _put(folder / name, _File(name, len(data), data=data))


def on_the_boot_partition(folder: Path, name: str, data: bytes) -> None:
    replace(folder / name, data)


@pytest.mark.parametrize("write", [letter, put_answer, content, on_the_boot_partition])
def test_a_file_is_synced_again_after_it_got_its_name_and_the_folder_after_that(write, tmp_path, monkeypatch):
    """``vfat_rename`` gives the new name no length; only a sync of the file itself puts it there. A folder's sync does not."""
    done = []
    real = os.fsync, os.rename, os.replace

    def synced(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real[0](descriptor)

    def renamed(old, new, *, by=real[1], **where) -> None:
        done.append("renamed")
        by(old, new, **where)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(os, "replace", lambda old, new: renamed(old, new, by=real[2]))
    write(tmp_path, "thu.jwe", b"thu")
    assert done[-3:] == ["renamed", tmp_path / "thu.jwe", tmp_path]
    assert (tmp_path / "thu.jwe").read_bytes() == b"thu"
