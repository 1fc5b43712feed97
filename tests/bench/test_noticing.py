"""Renames are noticed when they happen, each in its own folder."""

import time

from bench.alerts.noticing import Noticing
from bench.running import pause


def test_a_rename_is_noticed_with_its_time_and_another_folder_is_not(tmp_path):
    seen, other = tmp_path / "seen", tmp_path / "other"
    seen.mkdir()
    other.mkdir()
    noticing = Noticing()
    noticing.add(seen)
    for folder in (other, seen):
        (folder / ".new").write_bytes(b"x")
    before = time.time()
    for folder in (other, seen):
        (folder / ".new").rename(folder / "pack")
    while (at := noticing.first(seen / "pack", before)) is None:
        pause(0.005)
    assert before <= at <= time.time()
    assert noticing.first(seen / "pack", at) is None, "once"
    assert noticing.first(other / "pack", 0.0) is None
