"""The unit's key is shared with the agent and with nobody else, and a cut in between leaves it readable for its owner alone."""

import grp
import os

import pytest

from device.paths import Paths
from provisioning import keeping
from provisioning.enrol import own_key


@pytest.fixture
def group(monkeypatch):
    """A group that this process is in stands for bangtin-key, which only an installed package makes."""
    found = os.getgid()
    monkeypatch.setattr(keeping, "GROUP", grp.getgrgid(found).gr_name)
    return found


def test_a_new_key_is_readable_for_the_group_of_the_key_and_no_others(tmp_path, group):
    paths = Paths(tmp_path)
    own_key(paths)
    found = paths.key.stat()
    assert (found.st_mode & 0o777, found.st_gid) == (0o640, group)


def test_a_key_that_a_cut_left_unshared_is_shared_when_it_is_used_next(tmp_path, group):
    paths = Paths(tmp_path)
    key = own_key(paths)
    paths.key.chmod(0o600)
    assert own_key(paths) == key
    assert paths.key.stat().st_mode & 0o777 == 0o640


def test_without_that_group_only_the_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "GROUP", "no-such-group")
    paths = Paths(tmp_path)
    own_key(paths)
    assert paths.key.stat().st_mode & 0o777 == 0o600
