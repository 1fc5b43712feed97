"""The one library that is compiled here where no wheel of it is published: lgpio, by Debian's (cross) compiler against Debian's Python."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from deploy.deb.debian import unpack
from deploy.deb.libraries import Pin
from deploy.deb.target import Arch, Target

OPTIONS = (
    "-O2",
    "-fPIC",
    "-pthread",
    "-shared",
    "-fvisibility=default",
    "-Wno-stringop-truncation",
    "-Wl,-z,relro,-z,now",
    "-Wl,--build-id=none",
)
WHEEL = "Wheel-Version: 1.0\nGenerator: bangtin\nRoot-Is-Purelib: false\nTag: {tag}\n"
NEEDS = {Arch.AMD64: "gcc", Arch.ARM64: "gcc-aarch64-linux-gnu"}


def compile_for(pin: Pin, target: Target, folder: Path) -> None:
    """A wheel of *pin* for *target* in *folder*, from the source whose hash the lock file has; nothing to do when it lies there."""
    version = target.suite.python.replace(".", "")
    tag = f"cp{version}-cp{version}-linux_{target.arch.machine}"
    wheel = folder / f"{pin.name}-{pin.version}-{tag}.whl"
    if wheel.exists():
        return
    work = folder / "compile"
    shutil.rmtree(work, ignore_errors=True)
    source, made = _source(pin, work), work / "wheel"
    made.mkdir()
    _compile(source, target, made)
    record = made / f"{pin.name}-{pin.version}.dist-info"
    record.mkdir()
    for name in ("LICENSE", "PKG-INFO"):
        shutil.copy(source / name, record / ("METADATA" if name == "PKG-INFO" else name))
    (record / "WHEEL").write_text(WHEEL.format(tag=tag), encoding="ascii")
    (record / "RECORD").write_text("".join(f"{path.relative_to(made)},,\n" for path in sorted(made.rglob("*"))), encoding="ascii")
    _zip(made, wheel)
    shutil.rmtree(work)


def _source(pin: Pin, work: Path) -> Path:
    asked = work / "asked.txt"
    work.mkdir()
    asked.write_text(f"{pin.lines}\n", encoding="ascii")
    how = ["--no-binary=:all:", "--no-deps", "--no-build-isolation", "--require-hashes", "--dest", str(work), "-r", str(asked)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *how], check=True)
    (packed,) = work.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(work, filter="data")
    return work / packed.name.removesuffix(".tar.gz")


def _compile(source: Path, target: Target, made: Path) -> None:
    python = target.suite.python
    headers = source.parent / "headers"
    unpack(f"libpython{python}-dev", target, headers)
    include = headers / f"usr/include/python{python}"
    compiler = f"{target.arch.triplet}-gcc"
    if shutil.which("swig") is None or shutil.which(compiler) is None:
        raise SystemExit(f"thiếu công cụ / missing: apt-get install --no-install-recommends swig {NEEDS[target.arch]}")
    subprocess.run(["swig", "-python", "-o", "lgpio_wrap.c", "lgpio.i"], cwd=source, check=True)
    library = made / f"_lgpio.cpython-{python.replace('.', '')}-{target.arch.triplet}.so"
    files = [*sorted(path.relative_to(source) for path in (source / "src").glob("lg*.c")), "lgpio_wrap.c", "src/rgpiod.c"]
    paths = [f"-I{include}", f"-I{headers / 'usr/include'}", "-Isrc"]
    subprocess.run([compiler, *OPTIONS, *paths, *map(str, files), "-lrt", "-ldl", "-o", str(library)], cwd=source, check=True)
    subprocess.run([f"{target.arch.triplet}-strip", "--strip-unneeded", library], check=True)
    shutil.copy(source / "lgpio.py", made)


def _zip(made: Path, wheel: Path) -> None:
    """Always the same bytes: a wheel's hash names the package that it goes into."""
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(path for path in made.rglob("*") if path.is_file()):
            packed.writestr(zipfile.ZipInfo(str(path.relative_to(made))), path.read_bytes())
