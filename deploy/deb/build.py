"""Both packages of one target, one step after the other."""

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

from deploy.deb import control, licences, linked, tree, wheels
from deploy.deb.libraries import pins
from deploy.deb.pack import commit_date, pack
from deploy.deb.target import Target

Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """The two files."""

    wheels: Path
    product: Path


def build(house: Path, out: Path, target: Target, version: str | None, say: Say) -> Built:
    """The packages of what lies in *house*, in *out*; *version* is pyproject's unless it is given."""
    settings = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))
    version = version or settings["project"]["version"]
    epoch = commit_date(house)
    when = formatdate(epoch)
    wanted = pins(house, target)
    say(f"{target}: {len(wanted)} thư viện / libraries")
    found = wheels.fetch(wanted, target, out / "wheels" / str(target))
    digest = wheels.digest(found)
    libraries = control.wheels_package(digest, target)
    packed = out / libraries.file
    work = out / "work" / str(target)
    shutil.rmtree(work, ignore_errors=True)
    folder = libraries.name.removeprefix("bangtin-")
    if not packed.exists():
        say(f"{target}: {libraries.name}")
        laid = work / "wheels" / tree.HOME / folder
        wheels.lay_out(found, target, laid)
        libraries = control.wheels_package(digest, target, linked.needs(laid))
        control.write(libraries, work / "wheels", version, when, licences.of_wheels(found, folder))
        pack(work / "wheels", packed, epoch)
    product = control.product_package(version, libraries, target)
    say(f"{target}: {product.name}")
    names = tuple(pattern.rstrip("*") for pattern in settings["tool"]["setuptools"]["packages"]["find"]["include"])
    tree.version_folder(house, work / "product", version, folder, tuple(n for n in names if n not in tree.CENTRE), target)
    control.write(product, work / "product", version, when, licences.of_product())
    pack(work / "product", out / product.file, epoch)
    shutil.rmtree(work)
    return Built(packed, out / product.file)
