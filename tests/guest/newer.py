"""Further versions of the product for a guest: a good one, and one whose board cannot run, each a package as ``make deb`` makes them."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.guest.architecture import Architecture
from tests.guest.debs import Debs, debs_of, release_number
from tests.guest.recipe import HOUSE

SPOILT, GOOD = "0.1.1", "0.1.2"
DIES = "raise SystemExit('this version of the board is spoilt on purpose')\n"


def newer(version: str, architecture: Architecture, suite: str) -> Debs:
    """This checkout as *version*, built when it is not there."""
    command = [sys.executable, "-m", "deploy.deb", f"{suite}-{architecture.name}", "--version", version]
    subprocess.run(command, cwd=HOUSE, check=True, capture_output=True)
    return debs_of(version, release_number(), architecture)


def spoilt(made: Debs, folder: Path) -> Debs:
    """The same with a board that ends as soon as it starts."""
    tree, file = folder / "tree", folder / made.product.name
    subprocess.run(["dpkg-deb", "-R", made.product, tree], check=True)
    (program,) = tree.glob("usr/lib/bangtin/*/lib/python3*/site-packages/display/main.py")
    program.write_text(DIES + program.read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, file], check=True, capture_output=True)
    shutil.rmtree(tree)
    return Debs(made.wheels, file)
