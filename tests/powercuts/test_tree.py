"""The store double itself: what was synced is kept in every state, what was not is lost in some, and calls are read as they were."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.powercuts.calls import Recording
from tests.powercuts.tree import ROOT, Keeps, Make, Names, Promise, Size, Sync, Tree, Write, after_cut, promised

FILE = 1
MADE = [Make(FILE, bytearray()), Names(((ROOT, "new", FILE),)), Write(FILE, 0, b"x" * 2000)]
RENAMED = Names(((ROOT, "new", None), (ROOT, "document", FILE)))


@given(st.sampled_from(Keeps), st.randoms(use_true_random=False))
def test_what_was_synced_is_there_whatever_else_is_lost(keeps: Keeps, draw: Random) -> None:
    tree = after_cut([*MADE, Sync(FILE), RENAMED, Sync(ROOT), Write(FILE, 2000, b"y"), Size(FILE, 2001)], keeps, draw)
    assert tree.nodes[ROOT] == {"document": FILE}
    assert tree.nodes[FILE][:2000] == b"x" * 2000


@given(st.sampled_from(Keeps), st.randoms(use_true_random=False))
def test_a_rename_is_whole_or_not_there(keeps: Keeps, draw: Random) -> None:
    tree = after_cut([*MADE, Sync(FILE), Sync(ROOT), RENAMED], keeps, draw)
    assert tree.nodes[ROOT] in ({"new": FILE}, {"document": FILE})


@pytest.mark.parametrize(
    "steps", [[*MADE, RENAMED, Sync(ROOT)], [*MADE, Sync(FILE), RENAMED]], ids=["file without a sync", "folder without a sync"]
)
def test_what_was_not_synced_may_be_lost_or_torn(steps: list) -> None:
    found = set()
    for seed in range(200):
        tree = after_cut(steps, Random(seed).choice(list(Keeps)), Random(seed))
        node = tree.find(("document",))
        found.add(None if node is None else bytes(tree.nodes[node]))
    assert len(found) > 1


def test_promises_are_counted_up_to_the_cut() -> None:
    assert promised([]) == 0
    assert promised([Promise(1), Promise(2), Sync(ROOT)]) == 2


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def test_calls_become_steps_whoever_interrupts_them() -> None:
    card, other, name, said = hexed("/card"), hexed("/elsewhere"), hexed("/card/a"), hexed("/dev/pts/0")
    lines = f'''
 17 openat(AT_FDCWD<{other}>, "{hexed("/elsewhere/b")}", O_WRONLY|O_CREAT, 0666) = 3<{hexed("/elsewhere/b")}>
17  openat(AT_FDCWD<{card}>, "{hexed("a")}", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4<{name}>
17  write(4<{name}>, "{hexed("hello")}", 5 <unfinished ...>
18  write(3<{hexed("/elsewhere/b")}>, "{hexed("no")}", 2) = 2
17  <... write resumed>) = 4
17  fsync(4<{name}>) = -1 EIO (Input/output error)
17  fdatasync(4<{name}>) = 0
17  renameat(5<{card}>, "{hexed("a")}", AT_FDCWD<{other}>, "{hexed("/card/b")}") = 0
17  write(1<{said}>, "{hexed("7")}", 1) = 1
17  write(1<{said}>, "{hexed(chr(10))}", 1) = 1
17  +++ exited with 0 +++
'''
    steps = Recording(Path("/card")).read(line.strip() for line in lines.strip().splitlines())
    assert steps[2:] == [Write(1, 0, b"hell"), Sync(1), Names(((ROOT, "a", None), (ROOT, "b", 1))), Promise(7)]
    tree = Tree()
    for step in steps:
        tree.apply(step)
    assert tree.find(("b",)) == 1


def test_a_call_that_cannot_be_followed_is_an_error() -> None:
    made = f'17 openat(AT_FDCWD<{hexed("/")}>, "{hexed("/card/a")}", O_WRONLY|O_CREAT, 0666) = 4<{hexed("/card/a")}>'
    with pytest.raises(NotImplementedError):
        Recording(Path("/card")).read([made, f"17 fallocate(4<{hexed('/card/a')}>, 0, 0, 10) = 0"])
    with pytest.raises(AssertionError, match="strace said"):
        Recording(Path("/card")).read(["what is this"])
