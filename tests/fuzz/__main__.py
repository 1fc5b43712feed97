"""Fuzz one target with coverage feedback: ``python -m tests.fuzz NAME RUNS CORPUS [libFuzzer options]``; a finding ends it with code 77."""

import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["bundle", "device", "agent", "evidence", "registry", "tuf", "securesystemslib"]):
    from tests.fuzz.targets import FUZZED


def main(name: str, runs: str, corpus: str, *options: str) -> None:
    """Runs in this process; new interesting inputs go into *corpus*."""
    target, folder = FUZZED[name], Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    if not any(option.startswith("-merge") for option in options):
        # Keys are made anew in each process: only packs that this one signed can be believed by it.
        for number, seed in enumerate(target.seeds()):
            (folder / f"seed-{number}").write_bytes(seed)

    def once(raw: bytes) -> None:
        target.run(raw)

    def mutated(raw: bytes, most: int, seed: int) -> bytes:
        draw = Random(seed)
        found = target.mutation(raw, draw) if draw.random() < 0.7 else atheris.Mutate(raw, most)
        return bytes(found[:most])

    # The engine starts itself again, by a shell, to merge a corpus: it must know the whole command.
    command = f"{sys.executable} -m tests.fuzz {name} {runs} {corpus}"
    atheris.Setup([command, f"-runs={int(runs) // target.cost}", str(folder), *options], once, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
