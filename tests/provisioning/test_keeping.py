"""The unit's key is shared with the agent and with nobody else, and a cut in between leaves it readable for its owner alone."""

import grp
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.paths import Paths
from device.unit import UnitRecord, write_unit
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


def machine(paths, number):
    place = paths.root / "proc/device-tree/serial-number"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(number + "\0")


def test_a_card_that_was_copied_before_it_was_enrolled_draws_a_new_key_in_the_other_machine_and_says_so(tmp_path, caplog):
    paths = Paths(tmp_path)
    machine(paths, "10000000aaaa")
    first = own_key(paths)
    paths.pairing.write_bytes(b"{}")
    machine(paths, "10000000bbbb")
    second = own_key(paths)
    assert second != first
    assert "10000000aaaa" in caplog.text
    assert not paths.pairing.exists(), "what was asked with the other key"
    assert own_key(paths) == second == paths.key.read_bytes()


def test_an_enrolled_unit_keeps_its_key_whatever_machine_its_card_is_put_into(tmp_path):
    paths = Paths(tmp_path)
    machine(paths, "10000000aaaa")
    key = own_key(paths)
    digest = "0" * 64
    place = {"place": "vn.20.06001.03", "place_name": "Bản Mẫu", "channels": ("vn.20",), "languages": ("vi",)}
    now = datetime(2026, 11, 21, tzinfo=UTC)
    write_unit(paths, UnitRecord(unit="u", registry="http://x", content="http://x/", enrolled_at=now, root_fingerprint=digest, **place))
    machine(paths, "10000000bbbb")
    assert own_key(paths) == key


def test_a_machine_without_a_number_keeps_what_it_has(tmp_path):
    paths = Paths(tmp_path)
    key = own_key(paths)
    assert own_key(paths) == key
    machine(paths, "10000000aaaa")
    assert own_key(paths) == key, "from now on it is this machine's"
    machine(paths, "10000000bbbb")
    assert own_key(paths) != key


@pytest.mark.parametrize("step", range(1, 12))
def test_a_cut_while_the_new_key_is_drawn_never_leaves_the_copied_one_in_force(tmp_path, monkeypatch, step):
    paths = Paths(tmp_path)
    machine(paths, "10000000aaaa")
    first = own_key(paths)
    machine(paths, "10000000bbbb")
    done = []

    def cutting(real):
        def one(*args, **more):
            done.append(real)
            if len(done) == step:
                raise InterruptedError
            return real(*args, **more)

        return one

    with monkeypatch.context() as patch:
        for place, name in ((os, "write"), (os, "fsync"), (Path, "rename"), (Path, "unlink"), (os, "replace")):
            patch.setattr(place, name, cutting(getattr(place, name)))
        try:
            own_key(paths)
        except InterruptedError:
            pass
        else:
            assert len(done) < step
    assert own_key(paths) != first
    assert paths.key_machine.read_text() == "10000000bbbb"
