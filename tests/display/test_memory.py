"""Large blocks that are free are not kept: in a process of its own, because it is the whole process that keeps them."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from display.memory import hand_back

def heap():
    sizes = [line.split()[0].split("-") for line in open("/proc/self/maps") if line.rstrip().endswith("[heap]")]
    return sum(int(end, 16) - int(begin, 16) for begin, end in sizes)

if sys.argv[1] == "hand back":
    hand_back()
before = heap()
for _ in range(4):
    picture = bytearray(8 << 20)
    del picture
picture = bytearray(8 << 20)
print(heap() - before)
"""


@pytest.mark.parametrize(("how", "kept"), [("hand back", False), ("leave it to the library", True)])
def test_a_picture_never_lies_in_the_heap_as_it_would_by_default(how, kept):
    found = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    assert (int(found.stdout) >= 8 << 20) is kept
