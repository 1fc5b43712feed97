"""The Debian packages of this checkout, as ``make deb`` leaves them, and what they need of Debian."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.guest.architecture import Architecture
from tests.guest.debian import told
from tests.guest.recipe import HOUSE

BUILT = HOUSE / "build/deb"
OURS = "bangtin"


@dataclass(frozen=True)
class Debs:
    """The two packages that a unit gets: the libraries, and one version of the product."""

    wheels: Path
    product: Path

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The packages of Debian that they say they depend on: the first of each choice, without versions."""
        found = set()
        for file in (self.wheels, self.product):
            for field in told("dpkg-deb", "-f", str(file), "Pre-Depends", "Depends").splitlines():
                for clause in re.sub(r"^[\w-]+:", "", field).split(","):
                    found.add(re.split(r"[\s(:|]", clause.strip())[0])
        return tuple(sorted(name for name in found if name and not name.startswith(OURS)))


def digest_of(files: Sequence[Path]) -> str:
    """Of all their bytes."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()[:16]


def debs(architecture: Architecture) -> Debs:
    """The product of this version for *architecture* and this machine's release, and its libraries; ``FileNotFoundError`` if not built."""
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    return debs_of(settings["project"]["version"], release_number(), architecture)


def release_number() -> str:
    """Of this machine's Debian."""
    (number,) = re.findall(r'^VERSION_ID="?(\d+)', Path("/etc/os-release").read_text(encoding="utf-8"), re.M)
    return str(number)


def debs_of(version: str, number: str, architecture: Architecture) -> Debs:
    """The packages of *version* for Debian's release *number*, as they lie in build/deb."""
    end = f"+deb{number}_{architecture.name}.deb"
    product = BUILT / f"{OURS}-{version}_{version}{end}"
    if not product.exists():
        raise FileNotFoundError(f"{product}: chưa có gói / there is no package; make deb")
    (libraries,) = re.findall(rf"{OURS}-wheels-\w+", told("dpkg-deb", "-f", str(product), "Depends"))
    (wheels,) = BUILT.glob(f"{libraries}_*{end}")
    return Debs(wheels, product)
