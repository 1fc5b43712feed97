"""Root installs from a folder of its own, or not at all: a program that was there first gets nothing of its own installed or believed."""

import os
from pathlib import Path

import pytest

from bundle.errors import Refused
from caretaker.software.main import run
from caretaker.software.ownership import own
from device.paths import Paths
from tests.caretaker.village import Village

STRANGER = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="chỉ root đổi được chủ / only root gives a file away")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "caretaker"
    own(made)
    (made / "staged").mkdir(mode=0o755)
    (made / "staged/libdemo_1.deb").write_bytes(b"deb")
    (made / "trial.json").write_bytes(b"{}")
    own(made)
    return made


@pytest.mark.parametrize("name", [".", "staged", "trial.json", "staged/libdemo_1.deb"])
def test_what_others_may_change_is_refused(folder: Path, name: str) -> None:
    (folder / name).chmod(0o775)
    with pytest.raises(Refused, match="somebody else"):
        own(folder)


@as_root
@pytest.mark.parametrize("name", [".", "staged", "trial.json", "staged/libdemo_1.deb"])
def test_what_others_made_is_refused(folder: Path, name: str) -> None:
    os.chown(folder / name, STRANGER, -1)
    with pytest.raises(Refused, match="somebody else"):
        own(folder)


def test_a_link_to_where_others_write_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(folder)
    with pytest.raises(Refused):
        own(tmp_path / "elsewhere")
    (folder / "kept").symlink_to(tmp_path)
    with pytest.raises(Refused):
        own(folder)


def test_the_caretaker_begins_nothing_in_a_folder_that_is_not_its_own(village: Village) -> None:
    village.offer()
    paths: Paths = village.unit.paths
    paths.upgrades.parent.mkdir(mode=0o755, exist_ok=True)
    paths.upgrades.parent.chmod(0o777)
    with pytest.raises(Refused, match="somebody else"):
        run(paths)
    assert "bangtin-1.4.0" not in village.installed
