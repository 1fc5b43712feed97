"""``python -m deploy.deb [TARGET…]``: the packages in build/deb, for every target unless some are named (bookworm-arm64, …)."""

import argparse
import sys
import time
from itertools import product
from pathlib import Path

from deploy.deb.build import build
from deploy.deb.target import Arch, Suite, Target

HOUSE = Path(__file__).parent.parent.parent
TARGETS = {str(target): target for target in (Target(suite, arch) for suite, arch in product(Suite, Arch))}
BEGAN = time.monotonic()


def say(what: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"== {time.monotonic() - BEGAN:6.1f} s  {what}\n")
    sys.stdout.flush()


def main() -> None:
    """Build, and tell how large each package became."""
    words = argparse.ArgumentParser(prog="python -m deploy.deb", description=__doc__)
    words.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="bookworm-amd64, bookworm-arm64, trixie-amd64, trixie-arm64")
    words.add_argument("--version", help="another version than pyproject.toml's")
    words.add_argument("--out", type=Path, default=HOUSE / "build/deb")
    asked = words.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.targets or TARGETS:
        built = build(HOUSE, asked.out, TARGETS[name], asked.version, say)
        for file in (built.wheels, built.product):
            say(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
