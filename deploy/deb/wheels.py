"""The locked libraries as wheels for another machine: fetched, checked by their hashes, and laid out in one folder."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.deb.compiled import compile_for
from deploy.deb.libraries import Pin
from deploy.deb.target import Target

PURE = frozenset(("pangocffi", "pangocairocffi"))
"""Published as source only, and pure Python: a wheel made here is the same everywhere."""
COMPILED = frozenset(("lgpio",))
"""Published as wheels, but not for every Python: what is missing is compiled here."""

LAYOUT = b"layout 3"
"""Changed whenever `lay_out` lays out the same wheels otherwise, or their package says something else."""
LEFT_OUT = ("numpy/**/tests", "pygame/tests", "pygame/docs", "pygame/examples")
"""Nobody calls these on a unit, and each would be compiled at the installation."""
ZIP_BEGINS = 315532800
"""1 January 1980, seconds since 1970: the earliest date that a wheel can hold."""


def fetch(pins: Sequence[Pin], target: Target, folder: Path) -> tuple[Path, ...]:
    """Every wheel of *pins* for *target*, in *folder*; what lies there already is not fetched again."""
    folder.mkdir(parents=True, exist_ok=True)
    ready = [pin for pin in pins if pin.name not in PURE | COMPILED]
    _download(ready, target, folder)
    for pin in pins:
        if pin.name in PURE:
            _make_pure(pin, folder)
        elif pin.name in COMPILED and not _downloads(pin, target, folder):
            compile_for(pin, target, folder)
    return tuple(_wheel(folder, pin) for pin in pins)


def digest(wheels: Sequence[Path]) -> str:
    """Twelve hexadecimal figures that change with any byte of *wheels*."""
    total = hashlib.sha256(LAYOUT)
    for wheel in sorted(wheels):
        total.update(f"{wheel.name} {hashlib.sha256(wheel.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:12]


def lay_out(wheels: Sequence[Path], target: Target, folder: Path) -> None:
    """What *wheels* hold as it is imported, in *folder*; their commands are left out, nobody calls those on a unit."""
    how = ["--no-deps", "--no-index", "--no-compile", "--target", str(folder), *_options(target)]
    _pip("install", *how, *map(str, wheels))
    for left in [folder / "bin", *(path for pattern in LEFT_OUT for path in folder.glob(pattern))]:
        shutil.rmtree(left, ignore_errors=True)
    # Some authors mark libraries or examples as programs.
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(0o644)


def _download(pins: Sequence[Pin], target: Target, folder: Path) -> None:
    _pip("download", "--dest", str(folder), *_options(target), "--no-deps", "--require-hashes", "-r", str(_asked(pins, folder)))


def _downloads(pin: Pin, target: Target, folder: Path) -> bool:
    try:
        _download([pin], target, folder)
    except subprocess.CalledProcessError:
        return False
    return True


def _make_pure(pin: Pin, folder: Path) -> None:
    if not list(folder.glob(f"{pin.name}-{pin.version}-*.whl")):
        _pip("wheel", "--wheel-dir", str(folder), "--no-deps", "--no-build-isolation", "--require-hashes", "-r", str(_asked([pin], folder)))
    if not _wheel(folder, pin).name.endswith("-py3-none-any.whl"):
        raise SystemExit(f"{pin.name}: không còn là Python thuần / is no longer pure Python; name it in COMPILED")


def _options(target: Target) -> list[str]:
    version = target.suite.python.replace(".", "")
    platforms = [word for platform in target.platforms for word in ("--platform", platform)]
    return ["--only-binary=:all:", "--implementation", "cp", "--python-version", version, "--abi", f"cp{version}", *platforms]


def _asked(pins: Sequence[Pin], folder: Path) -> Path:
    path = folder / "asked.txt"
    path.write_text("".join(f"{pin.lines}\n" for pin in pins), encoding="ascii")
    return path


def _wheel(folder: Path, pin: Pin) -> Path:
    found = [path for path in folder.glob("*.whl") if _says(path) == (pin.name, pin.version)]
    if len(found) != 1:
        raise SystemExit(f"{folder}: {pin.name} {pin.version}: {len(found)} gói / wheels, 1 is needed")
    return found[0]


def _says(wheel: Path) -> tuple[str, str]:
    name, version, *_ = wheel.name.split("-")
    return name.lower().replace("_", "-").replace(".", "-"), version


def _pip(*words: str) -> None:
    # One date for whatever is made here: a wheel's hash names the package that it goes into.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(ZIP_BEGINS)}
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True, env=environment)
