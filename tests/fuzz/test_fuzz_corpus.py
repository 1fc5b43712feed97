"""Everything that fuzzing ever found interesting is read again in the fast suite, with some fresh mutations."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.targets import FUZZED

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", FUZZED)
def test_nothing_but_an_answer_or_a_refusal(name: str) -> None:
    target, draw = FUZZED[name], Random(20)
    kept = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    assert kept, "a corpus is kept"
    for raw in kept:
        target.run(raw)
    for seed in target.seeds():
        target.run(seed)
        for _ in range(100 // target.cost):
            target.run(target.mutation(seed, draw))


@pytest.mark.parametrize("name", FUZZED)
def test_seeds_are_believed_and_some_mutations_too(name: str) -> None:
    """A fuzzer whose every input is refused at once tries nothing."""
    target, draw = FUZZED[name], Random(20)
    assert all(target.run(seed) for seed in target.seeds())
    believed = [target.run(target.mutation(seed, draw)) for seed in target.seeds() for _ in range(max(2, 100 // target.cost))]
    assert sum(believed) >= 3
    assert not target.run(b"")
