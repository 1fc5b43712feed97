"""Who may read a file of the release tree may also look into its folders, whatever the umask of who wrote it."""

import os

import pytest

from registry.trust.files import write


@pytest.fixture(params=[0o022, 0o077], ids=oct)
def _umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize(("mode", "folder"), [(0o644, 0o755), (0o600, 0o700), (0o640, 0o750)])
def test_folders_are_as_open_as_the_file_in_them(tmp_path, mode, folder):
    write(tmp_path / "blobs/sha256/ab/cd", b"x", mode)
    made = [tmp_path / "blobs", tmp_path / "blobs/sha256", tmp_path / "blobs/sha256/ab"]
    assert {path.stat().st_mode & 0o777 for path in made} == {folder}
    assert (tmp_path / "blobs/sha256/ab/cd").stat().st_mode & 0o777 == mode
